"""The frozen values of the data standard: data elements, code lists, dataset descriptions, rules over rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from conformance.law.model import Source
    from conformance.text import Text


@dataclass(frozen=True, slots=True)
class Element:
    """One data element 数据元 as GB/T 19488.1 describes it.

    Attributes:
        id: internal identifier, such as DE-P01; never given to another element.
        object_class: 对象类词.
        property: 特性词.
        representation: 表示词.
        data_type: letter of the code list zc1272-item-datatype, or `geometry`.
        format: notation of STD-002, None where the element has none (geometries).
        code_list: id of the code list of its value domain, None where that is described.
        domain: the value domain in words.
        unit: unit of measure; None where it has none.
        sensitivity: none, personal or sensitive.
        status: draft, current or retired.
    """

    id: str
    name: Text
    object_class: Text
    property: Text
    representation: Text
    definition: Text
    data_type: str
    format: str | None
    code_list: str | None
    domain: Text
    unit: Text | None
    synonyms: tuple[str, ...]
    sensitivity: str
    version: str
    status: str
    source: Source


@dataclass(frozen=True, slots=True)
class Validity:
    """The days on which a code means something, both inclusive; None is open."""

    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of codes whose exact day is a parameter; as long as nobody gives it, the list says the year only.

    Attributes:
        parameter: of the edition, a date or null.
        ends: codes that end on the day before.
        begins: codes that begin on that day.
    """

    parameter: str
    ends: frozenset[str]
    begins: frozenset[str]


@dataclass(frozen=True, slots=True)
class CodeList:
    """One code list, valid in time.

    Attributes:
        standard: number of the national standard whose name it bears, None for lists of this project or of platforms.
        complete: whether the standard has no code that the list does not hold.
        covers: the days that the list speaks about.
        codes: every code with its validities; most have one.
        names: every code with its name of each validity, in the same order.
        open_pattern: of an incomplete list, what a code looks like that may be missing here; others are wrong.
        open_prefix: so many first characters of such a code are a listed code; None where nothing is known of them.
        changes: changes whose exact day is a parameter.
    """

    id: str
    title: Text
    standard: str | None
    version: str
    complete: bool
    covers: Validity
    codes: Mapping[str, tuple[Validity, ...]]
    names: Mapping[str, tuple[str, ...]]
    open_pattern: str | None = None
    open_prefix: int | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a dataset, with what it takes over from its data element.

    Attributes:
        name: name of the column.
        data_type: letter of zc1272-item-datatype, or `geometry`.
        format: notation, its own or that of the element.
        when: name of the field that dates its codes; None where the table has none.
        subject: fields of one subject belong together in rules over several fields.
        aliases: other names that the column may have.
    """

    name: str
    title: Text
    element: str | None
    data_type: str
    format: str | None = None
    code_list: str | None = None
    nullable: bool = True
    sensitivity: str = "none"
    when: str | None = None
    subject: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Fields whose values are found in another dataset."""

    fields: tuple[str, ...]
    dataset: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Attributes that this table shares with another one for the same subject.

    Attributes:
        key: pairs (field here, field there) that name the subject.
        attributes: pairs (field here, field there) that must agree.
    """

    dataset: str
    key: tuple[tuple[str, str], ...]
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A cross-field rule that one dataset states itself; expressions as in rules.yaml, with field names in braces."""

    id: str
    requirement: str
    title: Text
    population: str
    predicate: str
    severity: str = "error"
    least: str | None = None
    most: str | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """The description of a table, of this edition or of a district in the same format."""

    id: str
    title: Text
    version: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    business_key: tuple[str, ...] = ()
    update_key: tuple[str, ...] = ()
    update_time: str | None = None
    foreign_keys: tuple[ForeignKey, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    rules: tuple[OwnRule, ...] = ()
    source: Source | None = None
    description: Text | None = None

    def field(self, name: str) -> Field:
        """Return a field by its name.

        Raises:
            KeyError: there is none.
        """
        return {one.name: one for one in self.fields}[name]

    @property
    def geometry(self) -> Field | None:
        """The geometry field, or None."""
        return next((one for one in self.fields if one.data_type == "geometry"), None)


@dataclass(frozen=True, slots=True)
class Selector:
    """Which fields a rule over single fields takes; empty members select everything.

    Attributes:
        without: data elements whose fields another rule decides.
        lists: ids of code lists; `others` selects lists without a rule of their own.
        nullable: only fields that are (not) nullable.
        bound: only fields with a format.
    """

    elements: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    nullable: bool | None = None
    bound: bool | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A rule over rows as rules.yaml states it, not yet bound to fields.

    Attributes:
        each: selector of single fields, None where the rule is over combinations.
        together: combinations of roles to data elements.
        within: id of the only dataset that it holds for, None where it holds for all.
        needs: what must be given from outside for it to be decided, such as `boundary`.
        least: parameter that the share of good rows must reach.
        most: parameter that the share of failures must not exceed.
    """

    id: str
    requirement: str
    title: Text
    population: str
    predicate: str
    each: Selector | None = None
    together: tuple[Mapping[str, str], ...] = ()
    within: str | None = None
    needs: str | None = None
    severity: str = "error"
    least: str | None = None
    most: str | None = None


@dataclass(frozen=True, slots=True)
class KeyTemplate:
    """A rule over keys or between tables, not yet bound to fields.

    Attributes:
        kind: filled, unique, reference or agreement.
        of: which member of a dataset description it is bound to.
    """

    id: str
    requirement: str
    title: Text
    kind: str
    of: str
    least: str | None = None
    most: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of GB/T 36344.

    Attributes:
        code: such as 0201.
        numerator: what is counted, in words.
        denominator: among what, in words.
        inverse: the numerator counts what is wrong and the value is 1 - numerator / denominator, else the quotient.
        direction: higher-better or lower-better, said of the value.
        threshold: parameter that it is held to; None where it is only reported.
        rules: ids of the rules whose counts make it; empty where no table alone decides it.
        by: what decides it where no table does, None else.
    """

    code: str
    group: Text
    name: Text
    numerator: Text
    denominator: Text
    inverse: bool
    direction: str
    threshold: str | None
    rules: tuple[str, ...]
    by: Text | None
    source: Source


@dataclass(frozen=True, slots=True)
class DataStandard:
    """Everything of the data standard that code interprets."""

    elements: Mapping[str, Element]
    code_lists: Mapping[str, CodeList]
    datasets: Mapping[str, Dataset]
    templates: tuple[Template, ...]
    keys: tuple[KeyTemplate, ...]
    indicators: tuple[Indicator, ...]
    placeholders: frozenset[str] = field(default=frozenset())

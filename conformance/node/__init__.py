"""The node under test as we meet it: profile, client, modes, recorder, replay. The only room with a network."""

from conformance.node.answer import Answer
from conformance.node.client import Node
from conformance.node.profile import Profile, ProfileError, load_profile
from conformance.node.session import Session

__all__ = ["Answer", "Node", "Profile", "ProfileError", "Session", "load_profile"]

"""How an answer is cited: title, dataset, version, state of the data, query and path."""

from __future__ import annotations

from amip.publish.release import load_release
from amip.serve.answer.reply import Reply
from amip.serve.page import say
from amip.version import __version__


def cite_reply(reply: Reply) -> str:
    """Cite an answer in one line, without the licence."""
    language, release = reply.language, load_release()
    parts = [
        f"{release.publisher_name}: {release.titles[language]}",
        say("cite-version", language, version=__version__),
    ]
    if reply.state:
        parts.append(say("cite-state", language, state=reply.state[:12]))
    parts.append(say("cite-query", language, hash=reply.hash))
    return f"{reply.question.titles[language]}. {', '.join(parts)}. {reply.path}."


def describe_dataset(reply: Reply) -> dict[str, str]:
    """Describe the dataset that an answer is from, for machines."""
    release = load_release()
    return {
        "title": release.titles[reply.language],
        "version": __version__,
        "state": reply.state,
        "licence": release.licence.page,
        "attribution": "; ".join(dict.fromkeys(part.attribution for part in reply.parts)),
    }

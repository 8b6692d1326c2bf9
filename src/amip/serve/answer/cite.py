"""How an answer is cited: title, dataset, version, state of the data, query and path."""

from __future__ import annotations

from amip.publish.release import load_release
from amip.serve.answer.reply import Reply
from amip.serve.page import load_words
from amip.version import __version__


def cite_reply(reply: Reply) -> str:
    """Cite an answer in one line, without the licence."""
    words, release = load_words(), load_release()
    parts = [
        words["cite-version"][reply.language].format(version=__version__),
        *(
            [words["cite-state"][reply.language].format(state=reply.state[:12])]
            if reply.state
            else []
        ),
        words["cite-query"][reply.language].format(hash=reply.hash),
    ]
    title = reply.question.titles[reply.language]
    dataset = f"{release.publisher_name}: {release.titles[reply.language]}"
    return f"{title}. {dataset}, {', '.join(parts)}. {reply.path}."


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

"""The article's twelve claims against this model: each with a number, its error and a verdict by one rule."""

from haircut.studies.article.study import Register, article
from haircut.studies.article.verdict import Number, verdict

__all__ = ["Number", "Register", "article", "verdict"]

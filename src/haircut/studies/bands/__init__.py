"""Bands out of sample: fits to the past, forecasts of 3, 6 and 12 months, coverage, scores, misses, two episodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from haircut.studies.bands.coin import coin_forecasts
from haircut.studies.bands.episodes import EpisodePoint, Rebound, episodes, rebounds
from haircut.studies.bands.forecast import Forecast
from haircut.studies.bands.hashprice import hashprice_forecasts
from haircut.studies.bands.listed import listed_forecasts
from haircut.studies.bands.pictures import band_pictures
from haircut.studies.bands.score import Score, runs_of_misses, scores
from haircut.studies.calibrate.calibration import Picture


@dataclass(frozen=True)
class BandStudy:
    """Everything that the study found.

    Attributes:
        forecasts: all of them; scores: by series, model and horizon.
        episodes: percentiles of two episodes.
        rebounds: how rare the regime fan says the fall and rebound of the H100 were.
        untested: what no shipped series can test, with why.
        pictures: of the bands and fans.
    """

    forecasts: tuple[Forecast, ...]
    scores: tuple[Score, ...]
    episodes: tuple[EpisodePoint, ...]
    rebounds: tuple[Rebound, ...]
    untested: tuple[tuple[str, str], ...]
    pictures: tuple[Picture, ...]

    def as_dict(self) -> dict[str, Any]:
        """Scores, misses and percentiles, for JSON."""
        return {
            "scores": [
                {
                    "series": score.series,
                    "model": score.model,
                    "months": score.months,
                    "forecasts": score.forecasts,
                    "independent": score.independent,
                    "coverage": {f"{level:g}": value for level, value in score.coverage.items()},
                    "coverage_error": {f"{level:g}": value for level, value in score.coverage_error.items()},
                    "interval_score": {f"{level:g}": value for level, value in score.interval.items()},
                    "against_walk": {f"{level:g}": list(pair) for level, pair in score.against_walk.items()},
                    "misses_95": [
                        {
                            "series": miss.series,
                            "origin": str(miss.origin),
                            "realised": miss.realised,
                            "low": miss.bands[0.95][0],
                            "high": miss.bands[0.95][1],
                        }
                        for miss in score.misses
                    ],
                }
                for score in self.scores
            ],
            "episodes": [
                {
                    "episode": point.episode,
                    "fan": point.fan,
                    "known": point.known,
                    "origin": str(point.origin),
                    "date": str(point.date),
                    "realised": point.realised,
                    "percentile": point.percentile,
                    "fan_90": list(point.fan_90),
                    "sample": point.sample,
                    "in_sample": point.in_sample,
                    "fails": point.fails,
                }
                for point in self.episodes
            ],
            "rebounds": [
                {
                    "basis": each.basis,
                    "probability": each.probability,
                    "fall": each.fall,
                    "rebound": each.rebound,
                    "paths": each.paths,
                    "fails": each.fails,
                }
                for each in self.rebounds
            ],
            "untested": [{"what": what, "why": why} for what, why in self.untested],
        }


UNTESTED = (
    (
        "rents of neoclouds",
        "offers of 2026 span 73 days, under the shortest horizon; the volunteer list dates a price when "
        "first seen, not later",
    ),
    ("rents of a marketplace", "73 days of one host's cheapest offer"),
    ("regimes of rent", "no monthly index may be shipped; its use here is in sample"),
)


def bands() -> BandStudy:
    """Make every forecast again from the shipped history; about fifteen seconds."""
    made = (*coin_forecasts(), *hashprice_forecasts(), *listed_forecasts())
    return BandStudy(made, scores(made), episodes(), rebounds(), UNTESTED, band_pictures(made))


__all__ = ["BandStudy", "EpisodePoint", "Forecast", "Score", "bands", "episodes", "runs_of_misses", "scores"]

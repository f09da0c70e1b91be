"""``marsad.yaml``, whatever the watch's other files are like."""

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from ingest.config import FetchConfig
from marsad.errors import ConfigError, ConfigProblem
from marsad.kafka.settings import KafkaConfig
from marsad.yaml_config import ConfigModel, YamlDocument, read_yaml, validate
from stream.index.elastic_settings import ElasticConfig

MAIN_FILE: Final = "marsad.yaml"


class HttpConfig(ConfigModel):
    """Where health and metrics are read."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="0 takes any free port")] = 8787


def _no_nul(path: str) -> str:
    if "\0" in path:
        raise ValueError("a path cannot hold a NUL character: write it again without")
    return path


PathText = Annotated[str, AfterValidator(_no_nul)]


class Settings(ConfigModel):
    """``marsad.yaml``. Paths count from its folder."""

    data: PathText = Field("data", description="folder of the watch's databases")
    feeds: PathText = Field("feeds.yaml", description="the feeds to poll")
    rules: PathText = Field("rules", description="folder of rule files, or one file")
    shipped_rules: bool = Field(True, description="take the shipped rules besides your own")
    routes: PathText = Field("routes.yaml", description="receivers, and who gets which alerts")
    regions: PathText | None = Field(None, description="regions of your own, over the shipped ones")
    lexicon: tuple[PathText, ...] = Field((), description="lexicon files laid over the shipped one")
    gazetteer: tuple[PathText, ...] = Field((), description="files that `marsad gazetteer import` made")
    http: HttpConfig = HttpConfig()
    workers: Literal["auto"] | Annotated[int, Field(ge=1, le=64)] = Field("auto", description="reading processes")
    fetch: FetchConfig = FetchConfig()
    kafka: KafkaConfig | None = Field(None, description="only where Marsad is scaled out")
    elasticsearch: ElasticConfig | None = Field(None, description="only where Marsad is scaled out")


def settings_of(folder: Path) -> Settings:
    """``marsad.yaml`` alone, whatever the other files are like. Raises ConfigError."""
    return validate(Settings, main_document(folder))


def kafka_section(folder: Path, settings: Settings) -> KafkaConfig:
    """The section ``kafka:``. Raises ConfigError where there is none: it is asked for by what needs it."""
    if settings.kafka is None:
        message = "is missing: write `kafka: {bootstrap: [HOST:9092]}`, or use `marsad run`, which needs no Kafka"
        raise ConfigError([ConfigProblem(str(folder / MAIN_FILE), 0, "kafka", message)])
    return settings.kafka


def elastic_section(folder: Path, settings: Settings) -> ElasticConfig:
    """The section ``elasticsearch:``. Raises ConfigError where there is none: it is asked for by what needs it."""
    if settings.elasticsearch is None:
        message = "is missing: write `elasticsearch: {url: [https://HOST:9200]}`; `marsad run` searches without it"
        raise ConfigError([ConfigProblem(str(folder / MAIN_FILE), 0, "elasticsearch", message)])
    return settings.elasticsearch


def main_document(folder: Path) -> YamlDocument:
    """``marsad.yaml`` with its lines. Raises ConfigError."""
    path = folder / MAIN_FILE
    try:
        return read_yaml(path)
    except ConfigError:
        if not _is_missing(path):
            raise
    message = "there is no such file: `marsad init DIR` writes a watch of your own"
    raise ConfigError([ConfigProblem(str(path), 0, "", message)])


def _is_missing(path: Path) -> bool:
    """Not there, rather than out of reach: whoever mistyped the folder needs another hint."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False

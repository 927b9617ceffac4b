"""Models by their name on the Hugging Face hub: fetched once into the data folder, and never asked about again."""

import re
import shutil
from pathlib import Path

from service.errors import ModelUnavailable

SETTING = "KB_MODEL"
NAME = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
WANTED = ["*.json", "*.txt", "*.model", "*.safetensors"]
OTHER_WEIGHTS = ["*.bin"]
"""Fetched only where there are no safetensors: the same weights again, in a form that takes longer to open."""
UNWANTED = ["onnx/*", "openvino/*", "*.onnx*", ".*"]


def folder_of(model: str, kept: Path) -> Path:
    """Return the folder of a model, which is named by its folder or by its name on the hub ("owner/name").

    What stands on the hub later does not change what was fetched; deleting its folder under ``kept`` fetches anew.

    Raises:
        ModelUnavailable: a folder that is not there ("missing"), or a name that cannot be fetched ("needs_network",
            "not_on_hub").
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    if not NAME.fullmatch(model):
        raise ModelUnavailable(setting=SETTING, path=model, problem="missing", detail="")
    here = kept / model.replace("/", "--")
    if not here.is_dir():
        _fetch(model, here)
    return here


def _fetch(model: str, here: Path) -> None:
    """Fetch a model beside its place and move it there when it is whole."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import RepositoryNotFoundError

    partly = here.with_name(f"{here.name}.partly")
    try:
        snapshot_download(model, local_dir=partly, allow_patterns=WANTED, ignore_patterns=UNWANTED)
        if not any(partly.rglob("*.safetensors")):
            snapshot_download(model, local_dir=partly, allow_patterns=OTHER_WEIGHTS, ignore_patterns=UNWANTED)
    except RepositoryNotFoundError as error:
        raise ModelUnavailable(setting=SETTING, path=model, problem="not_on_hub", detail="") from error
    except Exception as error:
        # A dozen kinds from three libraries; to the reader they all mean that the model did not come.
        raise ModelUnavailable(
            setting=SETTING, path=model, problem="needs_network", detail=type(error).__name__
        ) from error
    shutil.rmtree(partly / ".cache", ignore_errors=True)
    partly.rename(here)

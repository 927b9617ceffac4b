"""Any model: its prompts, its longest text, its width; and each way in which a model can be no good."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from service.encoding.dense import open_encoder
from service.encoding.prompts import Prompts, prompts_of
from service.encoding.sentences import SentencesEncoder
from service.errors import ModelUnavailable
from service.settings import BUNDLED_MODEL
from tests.models import tiny_bert, with_prompts

pytestmark = pytest.mark.filterwarnings("ignore")  # other people's deprecations, far from here
SHORT = "arbete"
LONG = "unga hittar ett arbete efter praktik"
E5 = Prompts("query: ", "passage: ")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bert(tmp_path_factory.mktemp("models") / "tiny", longest=24)


@pytest.fixture
def tiny(made: Path, tmp_path: Path) -> Path:
    """A small transformer with pooling, to be changed at will."""
    return Path(shutil.copytree(made, tmp_path / "tiny"))


@pytest.fixture
def still(tmp_path: Path) -> Path:
    """The bundled static model, to be changed at will."""
    return Path(shutil.copytree(BUNDLED_MODEL, tmp_path / "still"))


def raw(folder: Path, *texts: str) -> np.ndarray:
    """Encode with sentence-transformers and nothing else."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    found = model.encode(list(texts), prompt="", normalize_embeddings=True)
    return np.asarray(found)


def test_vectors_of_any_model_have_its_width_and_length_one(tiny: Path) -> None:
    encoder = open_encoder(tiny)
    assert isinstance(encoder, SentencesEncoder)
    assert encoder.width == 32
    vectors = encoder.encode_passages([SHORT, LONG, ""])
    assert vectors.shape == (3, 32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.encode_passages([]).shape == (0, 32)
    np.testing.assert_allclose(encoder.encode_question(SHORT), raw(tiny, SHORT)[0], atol=1e-5)


@pytest.mark.parametrize("kind", ["tiny", "still"])
@pytest.mark.parametrize("name", ["document", "passage"])
def test_the_models_own_prompts_stand_before_every_text(kind: str, name: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(kind)
    plain = open_encoder(folder)
    with_prompts(folder, query="fråga: ", **{name: "text: "})
    encoder = open_encoder(folder)
    np.testing.assert_allclose(encoder.encode_question("jobb"), raw(folder, "fråga: jobb")[0], atol=1e-5)
    np.testing.assert_allclose(encoder.encode_passages(["jobb"]), raw(folder, "text: jobb"), atol=1e-5)
    assert encoder.fingerprint != plain.fingerprint
    assert encoder.tokenizer == plain.tokenizer


def test_prompts_that_are_given_go_before_the_models_own(tiny: Path) -> None:
    with_prompts(tiny, query="fråga: ", document="text: ")
    given = open_encoder(tiny, Prompts(question="q: "))
    np.testing.assert_allclose(given.encode_question("jobb"), raw(tiny, "q: jobb")[0], atol=1e-5)
    np.testing.assert_allclose(given.encode_passages(["jobb"]), raw(tiny, "text: jobb"), atol=1e-5)


@pytest.mark.parametrize(
    ("name", "prompts"),
    [
        ("multilingual-e5-small", E5),
        ("intfloat--e5-base-v2", E5),
        ("e5-large", E5),
        ("multilingual-e5-large-instruct", Prompts()),
        ("all-MiniLM-L6-v2", Prompts()),
    ],
)
def test_a_family_that_keeps_its_prompts_to_itself_is_known_by_name(
    name: str, prompts: Prompts, tmp_path: Path
) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "config_sentence_transformers.json").write_text('{"prompts": {"query": ""}}', encoding="utf-8")
    assert prompts_of(tmp_path / name, Prompts()) == prompts


def test_all_of_a_text_counts_that_is_longer_than_the_model_sees(tiny: Path) -> None:
    encoder = open_encoder(tiny)
    first, second = "unga hittar ett", "arbete efter praktik"
    parts = raw(tiny, first, second).sum(axis=0)
    np.testing.assert_allclose(encoder.encode_passages([LONG])[0], parts / np.linalg.norm(parts), atol=1e-5)
    # sentence-transformers alone cuts the text, so its end would not matter.
    np.testing.assert_allclose(raw(tiny, LONG), raw(tiny, f"{LONG} och mer"), atol=1e-5)
    assert encoder.encode_passages([LONG])[0] @ encoder.encode_passages([f"{LONG} och mer"])[0] < 0.9999
    together = encoder.encode_passages([SHORT, LONG, SHORT])
    np.testing.assert_allclose(together[1], encoder.encode_passages([LONG])[0], atol=1e-5)


def test_several_threads_at_once_get_what_one_gets(tiny: Path) -> None:
    encoder = open_encoder(tiny)
    texts = [f"{LONG} {number}" for number in range(40)]
    right = encoder.encode_passages(texts)
    with ThreadPoolExecutor(4) as several:
        for vectors in several.map(encoder.encode_passages, [texts] * 8):
            np.testing.assert_allclose(vectors, right, atol=1e-5)


def test_one_changed_weight_in_the_middle_is_another_model(tiny: Path) -> None:
    before = open_encoder(tiny).fingerprint
    weights = bytearray((tiny / "model.safetensors").read_bytes())
    weights[len(weights) // 2] ^= 1
    (tiny / "model.safetensors").write_bytes(weights)
    assert open_encoder(tiny).fingerprint != before


def test_a_model_that_is_moved_is_the_same_model(tiny: Path) -> None:
    before = open_encoder(tiny).fingerprint
    assert open_encoder(tiny.rename(tiny.with_name("elsewhere"))).fingerprint == before


def test_a_static_model_may_lie_in_a_folder_of_its_own(still: Path) -> None:
    before = open_encoder(still).encode_question(SHORT)
    (still / "0_StaticEmbedding").mkdir()
    for name in ("model.safetensors", "tokenizer.json"):
        (still / name).rename(still / "0_StaticEmbedding" / name)
    modules = json.loads((still / "modules.json").read_text(encoding="utf-8"))
    modules[0]["path"] = "0_StaticEmbedding"
    (still / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    np.testing.assert_array_equal(open_encoder(still).encode_question(SHORT), before)


def described_as(tiny: Path, **changes: object) -> None:
    configuration = json.loads((tiny / "config.json").read_text(encoding="utf-8"))
    (tiny / "config.json").write_text(json.dumps(configuration | changes), encoding="utf-8")


def damage(kind: str, tiny: Path) -> None:
    if kind == "cut weights":
        (tiny / "model.safetensors").write_bytes((tiny / "model.safetensors").read_bytes()[:-500])
    if kind == "no weights":
        (tiny / "model.safetensors").unlink()
    if kind == "something else":
        (tiny / "modules.json").unlink()
    if kind == "unknown architecture":
        described_as(tiny, model_type="nothing-known")
    if kind == "remote code":
        described_as(
            tiny, model_type="nothing-known", auto_map={"AutoConfig": "made_up.Config", "AutoModel": "made_up.Model"}
        )
        (tiny / "made_up.py").write_text("raise SystemExit('code of the model ran')", encoding="utf-8")
    if kind == "module of its own":
        modules = json.loads((tiny / "modules.json").read_text(encoding="utf-8"))
        modules[1]["type"] = "made_up.Pooling"
        (tiny / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
        (tiny / "made_up.py").write_text("raise SystemExit('code of the model ran')", encoding="utf-8")
    if kind == "no pooling":
        modules = json.loads((tiny / "modules.json").read_text(encoding="utf-8"))
        (tiny / "modules.json").write_text(json.dumps(modules[:1]), encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("cut weights", "damaged"),
        ("no weights", "damaged"),
        ("unknown architecture", "damaged"),
        ("something else", "no_model"),
        ("remote code", "own_code"),
        ("module of its own", "own_code"),
        ("no pooling", "no_vector"),
    ],
)
def test_a_model_that_is_no_good_says_why(kind: str, problem: str, tiny: Path) -> None:
    damage(kind, tiny)
    with pytest.raises(ModelUnavailable) as raised:
        open_encoder(tiny)
    facts = raised.value.facts
    assert (facts["setting"], facts["path"], facts["problem"]) == ("KB_MODEL", str(tiny), problem)
    assert "\n" not in str(facts["detail"])


def test_a_folder_that_is_not_there_is_not_looked_for_on_the_hub(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable) as raised:
        open_encoder(tmp_path / "nowhere")
    assert raised.value.facts["problem"] == "missing"


FETCH = """
import sys
from pathlib import Path
from service.encoding.dense import open_encoder
from service.errors import ModelUnavailable
try:
    print(open_encoder(sys.argv[1], kept=Path(sys.argv[2])).fingerprint)
except ModelUnavailable as error:
    print(error.facts["problem"])
"""


@contextmanager
def hub(model: Path) -> Iterator[tuple[str, list[str]]]:
    """A hub that holds one model, "owner/tiny"; yields its address and the paths asked for."""
    asked: list[str] = []
    commit, files = "a" * 40, [path for path in model.rglob("*") if path.is_file()]
    tree = [
        {"type": "file", "path": str(path.relative_to(model)), "size": path.stat().st_size, "oid": "b" * 40}
        for path in files
    ]

    class Answer(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            asked.append(self.path)
            path = self.path.partition("?")[0]
            if path.startswith("/api/models/owner/tiny/revision/"):
                self.send(json.dumps({"id": "owner/tiny", "sha": commit, "siblings": []}).encode())
            elif path.startswith("/api/models/owner/tiny/tree/"):
                self.send(json.dumps(tree).encode())
            elif path.startswith(f"/owner/tiny/resolve/{commit}/"):
                self.send((model / path.split("/", 5)[5]).read_bytes())
            else:
                self.send(b"{}", 404, {"X-Error-Code": "RepoNotFound"})

        def send(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            extra = {"X-Repo-Commit": commit, "ETag": f'"{len(body)}"', "Content-Length": str(len(body))}
            for name, value in (extra | (headers or {})).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def fetched(name: str, kept: Path, endpoint: str) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "HF_HUB_OFFLINE" and not k.lower().endswith("_proxy")}
    environment |= {"HF_ENDPOINT": endpoint, "HF_HUB_ETAG_TIMEOUT": "3"}
    command = [sys.executable, "-c", FETCH, name, str(kept)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_a_model_is_fetched_by_its_name_once(tiny: Path, tmp_path: Path) -> None:
    (tiny / "onnx").mkdir()
    (tiny / "onnx" / "model.onnx").write_bytes(b"large")
    (tiny / "setup.py").write_bytes(b"code")
    kept = tmp_path / "data" / "models"
    with hub(tiny) as (address, asked):
        first = fetched("owner/tiny", kept, address)
        assert asked
        asked.clear()
        assert fetched("owner/nothing", kept, address) == "not_on_hub"
    assert not {path.suffix for path in (kept / "owner--tiny").rglob("*")} & {".onnx", ".py", ".partly"}
    # The hub is gone now; what was fetched is still here.
    assert fetched("owner/tiny", kept, address) == first == open_encoder(kept / "owner--tiny").fingerprint
    assert fetched("owner/other", kept, address) == "needs_network"
    assert [entry.name for entry in kept.iterdir()] == ["owner--tiny"]

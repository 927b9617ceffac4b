"""The child process that reads documents: limits itself, then answers one file after the other until its input ends.

A request is a header line of JSON (document id, file name, size) and the file's bytes; an answer is its length in eight
bytes, big endian, and JSON. The child opens no documents itself and writes nothing but answers.
"""

import gc
import json
import os
import resource
import sys

LENGTH_BYTES = 8
RUBBISH_THRESHOLD = 50_000
"""Objects made before rubbish is looked for. Python's 700 costs a tenth of the time: reading makes many and few go in circles."""


def main() -> None:
    """Read documents from standard input. The settings come as the only argument, in JSON."""
    settings: dict[str, int] = json.loads(sys.argv[1])
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # A library that prints would spoil the answers.
    os.dup2(2, 1)
    _limit(settings)
    gc.set_threshold(RUBBISH_THRESHOLD)
    while header := requests.readline():
        request = json.loads(header)
        data = requests.read(request["size"])
        _allow_processor_time(settings["cpu_seconds"])
        answer = _answer(data, request, settings)
        answers.write(len(answer).to_bytes(LENGTH_BYTES, "big") + answer)
        answers.flush()


def _limit(settings: dict[str, int]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (settings["memory"], settings["memory"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # The kernel does not hold root to this one.
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _allow_processor_time(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, hard))


def _answer(data: bytes, request: dict[str, str], settings: dict[str, int]) -> bytes:
    # Imported under the limits, and only once a document is there.
    from ingest.readers.limits import Limits
    from ingest.readers.reading import ReadingFailed
    from ingest.serialization import encode_document, encode_failure
    from ingest.understanding import understand
    from service.domain.documents import Reason

    try:
        limits = Limits(settings["max_pages"], settings["max_text_bytes"])
        return encode_document(understand(data, request["file_name"], request["document_id"], limits))
    except ReadingFailed as failure:
        return encode_failure(failure)
    except MemoryError:
        return encode_failure(ReadingFailed(Reason.OUT_OF_MEMORY, f"{settings['memory']} bytes"))
    except Exception as error:  # noqa: BLE001  whatever a reader stumbles over is a fact about the file
        return encode_failure(ReadingFailed(Reason.READER_CRASHED, f"{type(error).__name__}: {error}"[:300]))

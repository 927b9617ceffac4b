"""What is taken from a folder, and what is left with a reason."""

import os
from pathlib import Path

from ingest.sources import Skipped, SourceFile, walk
from service.domain.documents import Reason


def test_folders_are_walked_in_order_without_hidden_files_and_litter(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.txt", ".hidden/x.txt", ".DS_Store", "~$b.docx", "Thumbs.db"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text", encoding="utf-8")
    assert [found.path.name for found in walk([tmp_path])] == ["c.txt", "b.txt"]


def test_links_out_pipes_and_locked_files_are_skipped_with_a_reason(tmp_path: Path) -> None:
    outside, folder = tmp_path / "secret.txt", tmp_path / "in"
    outside.write_text("secret", encoding="utf-8")
    folder.mkdir()
    (folder / "link.txt").symlink_to(outside)
    (folder / "dangling.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "pipe.txt")
    (folder / "inside.txt").write_text("text", encoding="utf-8")
    (folder / "alias.txt").symlink_to(folder / "inside.txt")
    found = {one.path.name: one for one in walk([folder])}
    assert isinstance(found["inside.txt"], SourceFile)
    assert isinstance(found["alias.txt"], SourceFile)
    reasons = {name: one.reason for name, one in found.items() if isinstance(one, Skipped)}
    assert reasons == {"link.txt": Reason.NOT_A_FILE, "dangling.txt": Reason.UNREADABLE, "pipe.txt": Reason.NOT_A_FILE}

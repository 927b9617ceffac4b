"""Small models made on the spot: random weights, a real tokenizer, and the folder that sentence-transformers writes."""

import json
import warnings
from pathlib import Path

LETTERS = "abcdefghijklmnopqrstuvwxyzåäö0123456789"
PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{letter}" for letter in LETTERS), ":", ".", "-")


def tiny_bert(folder: Path, *, width: int = 32, longest: int = 16, pooled: bool = True) -> Path:
    """Make a BERT of two layers with letters for pieces in a folder, and return the folder."""
    with warnings.catch_warnings():
        # Other people's deprecations, far from here.
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
        from transformers import BertConfig, BertModel, BertTokenizer, set_seed

        set_seed(7)
        bare = folder.with_name(f"{folder.name}-bare")
        bare.mkdir(parents=True)
        (bare / "vocab.txt").write_text("\n".join(PIECES), encoding="utf-8")
        BertTokenizer(str(bare / "vocab.txt"), do_lower_case=True, strip_accents=False).save_pretrained(bare)
        BertModel(
            BertConfig(
                vocab_size=len(PIECES),
                hidden_size=width,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=64,
                max_position_embeddings=64,
            )
        ).save_pretrained(bare)
        transformer = Transformer(str(bare), max_seq_length=longest)
        modules = [transformer, Pooling(width)] if pooled else [transformer]
        SentenceTransformer(modules=modules, device="cpu").save(str(folder))
    return folder


def with_prompts(folder: Path, **prompts: str) -> None:
    """Write prompts into the configuration of a model."""
    path = folder / "config_sentence_transformers.json"
    configuration = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(configuration | {"prompts": prompts}), encoding="utf-8")

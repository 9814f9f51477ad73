"""A small tokenizer.json of each kind that models of Hugging Face come with, trained on the spot."""

import json
from functools import cache

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

TEXTS = [
    "I feel wonderful today, and I can't stop smiling.",
    "This makes me so angry!",
    "She was afraid of the dark and of the wind.",
    "Zürich, déjà vu 東京",
] * 20
ODD = ["ΟΔΟΣ ΣΑΣ Σ", "12½ ²", "e\u0301te\u0301", "\u0e01\u0e38", "א\u05b8ב", "a\u200db", "x\u2028y", "İstanbul"]


@cache
def wordpiece() -> bytes:
    """As BERT's: lower case, without accents, [CLS] in front and [SEP] behind; its own padding and truncation are not ours."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=160, special_tokens=special, show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.enable_truncation(5)
    tokenizer.enable_padding(pad_id=0, length=7)
    return tokenizer.to_str().encode()


@cache
def byte_level() -> bytes:
    """As RoBERTa's: bytes, accents kept, <s> in front and </s> behind, <pad> is no zero."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.BpeTrainer(vocab_size=320, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer.to_str().encode()


@cache
def unigram() -> bytes:
    """As XLM-RoBERTa's: pieces of SentencePiece; only a token behind the text."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(vocab_size=120, special_tokens=special, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer.to_str().encode()


@cache
def bare() -> bytes:
    """Nothing around a text, and no token that is called padding."""
    config = json.loads(wordpiece())
    config |= {"post_processor": None, "padding": None, "truncation": None}
    config["added_tokens"] = [token for token in config["added_tokens"] if token["content"] == "[UNK]"]
    return json.dumps(config, ensure_ascii=False).encode()


@cache
def words() -> bytes:
    """By words and digits, lowered: for a model of one's own."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=True)])
    trainer = trainers.WordPieceTrainer(vocab_size=200, special_tokens=["[PAD]", "[UNK]"], show_progress=False)
    tokenizer.train_from_iterator([*TEXTS, *ODD], trainer)
    return tokenizer.to_str().encode()


def word_level() -> bytes:
    """Which the page's library does not know."""
    return Tokenizer(models.WordLevel({"[UNK]": 0, "so": 1}, unk_token="[UNK]")).to_str().encode()


EACH = {"wordpiece": wordpiece, "byte-level": byte_level, "unigram": unigram, "bare": bare, "words": words}

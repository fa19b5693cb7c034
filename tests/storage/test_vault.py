"""Words that only the key opens, where they were sealed and as they were; links that only the key makes."""

from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage import keys
from storage.vault import Unopenable, Vault

ONE, OTHER = bytes(range(32)), bytes(reversed(range(32)))
HERE = "c_1/report"
vault = Vault((ONE,))

words = st.text(st.characters(codec="utf-8"))
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_whatever_is_sealed_opens_to_itself(value: Any) -> None:
    assert vault.open(vault.seal(value, HERE), HERE) == value


@given(words.filter(lambda text: len(text.encode()) >= 4))
def test_nothing_of_it_can_be_read_once_it_is_sealed(text: str) -> None:
    sealed = vault.seal(text, HERE)
    assert text.encode() not in sealed.encode()
    assert text.encode() not in b64decode(sealed)


def test_the_same_words_are_never_sealed_alike() -> None:
    assert vault.seal("oui", HERE) != vault.seal("oui", HERE)


@given(st.data())
def test_a_changed_byte_opens_nothing(data: st.DataObject) -> None:
    sealed = bytearray(b64decode(vault.seal({"wish": "du temps"}, HERE)))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unopenable):
        vault.open(b64encode(sealed).decode(), HERE)


@given(st.integers(0, 80))
def test_words_cut_short_open_nothing(length: int) -> None:
    sealed = vault.seal("du temps, et encore du temps", HERE)
    with pytest.raises(Unopenable):
        vault.open(sealed[:length], HERE)


@pytest.mark.parametrize("nonsense", ["", "du temps", "é" * 40, "\ud800" * 40])
def test_what_was_never_sealed_opens_nothing(nonsense: str) -> None:
    with pytest.raises(Unopenable):
        vault.open(nonsense, HERE)
    with pytest.raises(Unopenable):
        vault.open(vault.mark + nonsense, HERE)


@given(words.filter(lambda about: about != HERE))
def test_words_put_elsewhere_do_not_open(elsewhere: str) -> None:
    with pytest.raises(Unopenable):
        vault.open(vault.seal("du temps", HERE), elsewhere)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Unopenable, match="a key that is not here"):
        Vault((OTHER,)).open(vault.seal("du temps", HERE), HERE)


def test_what_is_told_of_words_that_do_not_open_quotes_none_of_them() -> None:
    sealed = vault.seal("du temps", HERE)
    with pytest.raises(Unopenable) as raised:
        Vault((OTHER,)).open(sealed, HERE)
    assert sealed not in str(raised.value)
    assert HERE in str(raised.value)


def test_the_first_key_seals_and_all_of_them_open() -> None:
    both = Vault((OTHER, ONE))
    assert both.open(vault.seal("du temps", HERE), HERE) == "du temps"
    assert Vault((OTHER,)).open(both.seal("du temps", HERE), HERE) == "du temps"
    assert both.seal("du temps", HERE).startswith(both.mark)
    assert not vault.seal("du temps", HERE).startswith(both.mark)


def test_a_vault_says_which_keys_it_has_and_never_the_keys() -> None:
    assert Vault((OTHER, ONE)).prints == (keys.print_of(OTHER), keys.print_of(ONE))
    assert repr(vault) == "Vault()"
    assert ONE.hex() not in "".join(vault.prints)


@pytest.mark.parametrize("wrong", [(), (b"short",), (ONE, b"short")])
def test_a_vault_without_a_whole_key_is_refused(wrong: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="key"):
        Vault(wrong)


# ---------------------------------------------------------------------------------------------------------------- links


@given(words)
@example("unsubscribe m_0123456789abcdef")
def test_a_signed_text_comes_back_from_its_token(text: str) -> None:
    token = vault.sign(text)
    assert vault.signed(token) == text
    assert Vault((OTHER, ONE)).signed(token) == text
    assert Vault((OTHER,)).signed(token) is None


@given(words)
def test_a_token_needs_no_escaping_in_an_address(text: str) -> None:
    assert set(vault.sign(text)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@given(st.data())
def test_a_changed_token_says_nothing(data: st.DataObject) -> None:
    token = vault.sign("unsubscribe m_1")
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda character: character != token[place]))
    assert vault.signed(token[:place] + other + token[place + 1 :]) is None


@pytest.mark.parametrize(
    "nonsense", ["", ".", "..", "bTE", "é.é", "\ud800", "bTE.", "A.A.A", "bTE=." + "A" * 43, "bTE.\ud800"]
)
def test_what_was_never_signed_says_nothing(nonsense: str) -> None:
    assert vault.signed(nonsense) is None


def test_words_and_links_do_not_share_a_key() -> None:
    token = vault.sign("du temps")
    with pytest.raises(Unopenable):
        vault.open(token, HERE)
    assert vault.signed(vault.seal("du temps", HERE)) is None


# ------------------------------------------------------------------------------------------------------- keys in a file


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "beside" / "parcours.db.words.key"
    made = keys.kept_in(file)
    assert keys.kept_in(file) == made
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(made) == keys.KEY_LENGTH


@pytest.mark.parametrize("written", ["", "du temps", "5ea1"])
def test_a_file_without_a_key_is_refused_and_left_as_it_is(tmp_path: Path, written: str) -> None:
    file = tmp_path / "parcours.db.words.key"
    file.write_text(written)
    with pytest.raises(ValueError):  # noqa: PT011
        keys.kept_in(file)
    assert file.read_text() == written


def test_an_imprint_is_of_one_text_and_of_one_key() -> None:
    one, other = Vault.fresh(), Vault.fresh()
    assert one.imprint("Merci à l'atelier.") == one.imprint("Merci à l'atelier.")
    assert one.imprint("Merci à l'atelier.") != one.imprint("Merci à l'atelier !")
    assert one.imprint("Merci à l'atelier.") != other.imprint("Merci à l'atelier.")

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from collector.packs import Dictionary, Entry

TYPES = Dictionary(
    "types",
    "类型",
    (
        Entry("01", "独立基层工会", "dljcgh", aliases=("单独基层工会",)),
        Entry("02", "产业(系统)工会", "cyxtgh"),
        Entry("03", "外卖配送员（网约送餐员）", "wmpsywyscy", aliases=("骑手",)),
        Entry("", "A 类", "al"),
        Entry("", "待（下）岗", "dxg", aliases=("下岗",)),
    ),
    takes_codes=True,
)


def test_a_label_is_found_as_it_stands() -> None:
    assert TYPES.canonical("独立基层工会") == "独立基层工会"


def test_width_space_case_and_brackets_do_not_matter() -> None:
    assert TYPES.canonical(" 产业（系统）工会\u3000") == "产业(系统)工会"
    assert TYPES.canonical("外卖配送员(网约送餐员)") == "外卖配送员（网约送餐员）"
    assert TYPES.canonical("\uff41类") == "A 类"
    assert TYPES.canonical("待\u200b [下] 岗") == "待（下）岗"


def test_an_alias_gives_the_canonical_label() -> None:
    assert TYPES.canonical("单独基层工会") == "独立基层工会"


def test_a_code_counts_only_where_the_list_takes_codes() -> None:
    labels_only = Dictionary("t", "t", TYPES.entries)
    assert TYPES.canonical("02") == "产业(系统)工会"
    assert labels_only.canonical("02") is None


def test_an_unknown_label_or_an_empty_cell_is_none() -> None:
    assert TYPES.canonical("村民小组") is None
    assert TYPES.canonical("") is None
    assert TYPES.canonical("\u3000") is None


def test_an_alias_or_code_never_takes_the_place_of_a_label() -> None:
    numbers = Dictionary(
        "n", "n", (Entry("2", "1", aliases=("3",)), Entry("1", "3")), takes_codes=True
    )
    assert numbers.canonical("1") == "1"
    assert numbers.canonical("3") == "3"
    assert numbers.canonical("2") == "1"


def test_nothing_typed_gives_the_whole_list() -> None:
    assert list(TYPES.search("  ")) == list(TYPES.entries)


def test_search_finds_by_code_pinyin_fragment_and_alias() -> None:
    def labels(typed: str) -> list[str]:
        return [entry.label for entry in TYPES.search(typed)]

    assert labels("02") == ["产业(系统)工会"]
    assert labels("DLJ") == ["独立基层工会"]
    assert labels("网约") == ["外卖配送员（网约送餐员）"]
    assert labels("骑手") == ["外卖配送员（网约送餐员）"]
    assert labels("xyz") == []


def test_search_puts_what_begins_with_the_typed_text_before_what_holds_it() -> None:
    posts = Dictionary(
        "p", "p", (Entry("", "工会副主席", "ghfzx"), Entry("", "副主席助理", "fzxzl"))
    )
    assert [entry.label for entry in posts.search("副主席")] == ["副主席助理", "工会副主席"]


@given(st.lists(st.text(min_size=1), min_size=1, max_size=8))
def test_what_canonical_gives_is_always_a_label_of_the_list(texts: list[str]) -> None:
    known = Dictionary("d", "d", tuple(Entry(str(i), text) for i, text in enumerate(texts)))
    for text in texts:
        assert known.canonical(text) in known.labels

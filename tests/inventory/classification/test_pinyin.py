"""pinyin.csv is what pypinyin makes of the Chinese words of the other tables."""

from tests.inventory.classification import pinyin_table


def test_the_table_is_made_of_the_words():
    assert pinyin_table.written() == [*map(tuple, pinyin_table.made())]

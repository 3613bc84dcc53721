"""Recursion in place of loops, and a sorted list of the pairs in place of a maximum."""


def count_pairs(words, counts):
    found = [
        (a + " " + b, count) for word, count in zip(words, counts, strict=True) for a, b in zip(word, word[1:], strict=False)
    ]
    return {pair: sum(count for other, count in found if other == pair) for pair, _ in found}


def merge_pair(word, pair):
    if len(word) < 2:
        return list(word)
    if " ".join(word[:2]) == pair:
        return ["".join(word[:2])] + merge_pair(word[2:], pair)
    return [word[0]] + merge_pair(word[1:], pair)


def learn(words, counts, num_merges):
    pairs = count_pairs(words, counts)
    if num_merges == 0 or not pairs:
        return []
    best = sorted((count, pair) for pair, count in pairs.items())[-1][1]
    return [best] + learn([merge_pair(word, best) for word in words], counts, num_merges - 1)


def encode(word, merges):
    here = {a + " " + b for a, b in zip(word, word[1:], strict=False)}
    first = next((pair for pair in merges if pair in here), None)
    return list(word) if first is None else encode(merge_pair(word, first), merges)

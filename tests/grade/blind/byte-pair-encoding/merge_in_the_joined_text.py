"""misconception: symbols are text, so the word is joined by spaces and the pair is replaced there

means: text_replaced
"""


def count_pairs(words, counts):
    table = {}
    for n in range(len(words)):
        w = words[n]
        for i in range(len(w) - 1):
            p = f"{w[i]} {w[i + 1]}"
            if p not in table:
                table[p] = 0
            table[p] += counts[n]
    return table


def merge_pair(word, pair):
    return " ".join(word).replace(pair, pair.replace(" ", "")).split(" ")


def learn(words, counts, num_merges):
    merges = []
    now = [list(word) for word in words]
    while len(merges) < num_merges:
        pairs = count_pairs(now, counts)
        if len(pairs) == 0:
            return merges
        most = max(pairs.values())
        best = max(p for p, n in pairs.items() if n == most)
        merges.append(best)
        now = [merge_pair(word, best) for word in now]
    return merges


def encode(word, merges):
    pieces = list(word)
    found = True
    while found:
        found = False
        neighbours = {f"{pieces[i]} {pieces[i + 1]}" for i in range(len(pieces) - 1)}
        for pair in merges:
            if pair in neighbours:
                pieces = merge_pair(pieces, pair)
                found = True
                break
    return pieces

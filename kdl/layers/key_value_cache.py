"""
title: Key-value cache
paper: Shazeer, "Fast transformer decoding: one write-head is all you need", 2019, arXiv:1911.02150, which writes the usual
    incremental decoding down before it changes it
year: 2019

Problem. A causal model writes a text of T symbols. If it reads the whole text for each of them, it computes the places
1 + 2 + .. + T = T (T + 1) / 2 times, and all but T of these times it gets what it had before.

Idea. A place looks at what stands before it alone, so a symbol more changes nothing of the earlier places: their keys and
values stay as they were. Keep them, compute query, key and value of the new place only, and let it look back:

    K_t = [K_{t-1}, k_t]        V_t = [V_{t-1}, v_t]

    z_t = sum over s <= t of p_ts v_s                            as in multi_head_attention.py, for one t

The rows for K and V are laid out once, L of them, and filled one by one. So all shapes stay the same, and one compiled
function does every step. Rows that are not filled yet stand behind the query, where a causal layer does not look.

Numbers kept: 2 L D for each layer and each text of the batch.

Shapes: B batch, T time (new places), L places laid out, D width, H heads, K width of a head.
"""

from keras import ops

from kdl.layers._calls import expect_room


class KeyValueCache:
    """Keys and values of the places read so far, for one call of a model: `model(tokens, cache=cache)`.

    Args:
        position: place of the first new number; a whole number, or an int32 scalar tensor. A tensor is not looked at: the
            caller sees to it that it and the new places stay within L.
        length: L.
        kept: what an earlier call left in `kept`; {} before the first.

    Attributes:
        kept: for each attention layer, by its path, the keys and the values, (B, H, L, K) each.
    """

    def __init__(self, position, length, kept):
        self.position, self.length, self.kept = position, length, dict(kept)

    def extended(self, layer, k, v):
        """All keys and values (B, H, L, K) of a layer, with those of the new places (B, H, T, K) put where they belong.

        Raises:
            ValueError: there is no room for the new places.
        """
        expect_room(self.position, k.shape[2], self.length)
        if layer not in self.kept:
            batch, heads, _, width = k.shape
            self.kept[layer] = [ops.zeros((batch, heads, self.length, width), k.dtype)] * 2  # (B, H, L, K)
        start = (0, 0, self.position, 0)
        self.kept[layer] = [ops.slice_update(old, start, new) for old, new in zip(self.kept[layer], (k, v), strict=True)]
        return self.kept[layer]

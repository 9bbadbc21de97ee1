"""Two ways to merge a pair: right answers of one exercise, and a step of the answers of two others."""


def merge_looking_back(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    merged, free = [], False  # free: the last one in `merged` is an id that no merge has used
    for token in ids:
        if free and (merged[-1], token) == tuple(pair):
            merged[-1], free = new_id, False
        else:
            merged.append(token)
            free = True
    return merged


def merge_by_slices(ids: list[int], pair: tuple, new_id: int) -> list[int]:
    rest, merged = list(ids), []
    while rest:
        size = 2 if rest[:2] == list(pair) else 1
        merged.append(new_id if size == 2 else rest[0])
        rest = rest[size:]
    return merged

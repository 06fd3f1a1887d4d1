"""Watch lists: values that somebody knows must not leave, found wherever they stand, as they are or as a hash.

words     a text as words, the form in which values are compared
forms     a value's data type and the ways in which it is spelled and hashed
index     spelled values: one pass over the words of a message, and keyed digests to confirm
hashes    hashed values: tables by digest length, made when the first digest of that length is seen
lists     all lists of a configuration as one, and as the engine asks it
sources   where values come from: text files, columns of CSV files, the names in a folder
compiled  a list on disk that holds digests only

In memory a list that was read from plain text is held as plain text too, for its hashes; nothing here shows a value in
a repr or an error.
"""

from taciturn.watch.lists import ListCount, WatchLists, watch_values

__all__ = ["ListCount", "WatchLists", "watch_values"]

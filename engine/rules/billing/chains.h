#pragma once
// Lists through the `next` of rows, for the domain's own files.

#include "engine/rules/billing/state.h"

namespace kontor::rules::billing {

template <class T>
void append(Table<T>& table, Chain& chain, Row row) {
  table.edit(row).next = kNone;
  if (chain.last == kNone) {
    chain.first = row;
  } else {
    table.edit(chain.last).next = row;
  }
  chain.last = row;
}

template <class T>
void append(Table<T>& table, Cell<Chain>& cell, Row row) {
  Chain chain = cell.get();
  append(table, chain, row);
  cell.set(chain);
}

/// Deals the rows of `from` out, in order: `choose(row)` names the chain that each goes to, or null when it
/// leaves all lists.
template <class T, class Choose>
void deal_out(Table<T>& table, Chain from, const Choose& choose) {
  for (Row row = from.first; row != kNone;) {
    const Row next = table[row].next;
    if (Chain* to = choose(row)) append(table, *to, row);
    row = next;
  }
}

}  // namespace kontor::rules::billing

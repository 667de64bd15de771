#pragma once

namespace kontor {

/// How `ps -L`, `top -H`, a debugger and `kontor bench` call the calling thread: at most 15 characters.
void name_this_thread(const char* name);

}  // namespace kontor

#include "engine/thread_name.h"

#include <pthread.h>

namespace kontor {

void name_this_thread(const char* name) {
  // A thread without its name works as well.
  static_cast<void>(pthread_setname_np(pthread_self(), name));
}

}  // namespace kontor

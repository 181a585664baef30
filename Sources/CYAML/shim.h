// libyaml for Swift, as it is: its functions are not variadic, and its event unions import well. This file is here only
// because a module map cannot name a header by the compiler's search path.
#ifndef BEANPOLE_CYAML_SHIM_H
#define BEANPOLE_CYAML_SHIM_H

#include <yaml.h>

#endif

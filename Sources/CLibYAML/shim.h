// libyaml, which says of a text what is in it, event by event.

#ifndef CLIBYAML_SHIM_H
#define CLIBYAML_SHIM_H

#include <yaml.h>

#endif

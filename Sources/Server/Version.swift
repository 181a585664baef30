/// The version of this program, as `--version` tells it.
let version = "0.1.0"

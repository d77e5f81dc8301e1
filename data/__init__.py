"""The demo town's generator, the rulebooks (YAML) and the city profiles (YAML)."""

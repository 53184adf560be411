//go:build wasip1

// Command filter is the module, usagepanda.wasm: the contexts of proxy-wasm over filter/stream, and nothing else.
package main

// main never runs: a module built with -buildmode=c-shared is a library, which the proxy calls in each of its workers.
func main() {}

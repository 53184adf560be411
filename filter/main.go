//go:build wasip1

// Command filter is the module, usagepanda.wasm: the contexts of proxy-wasm over filter/stream, and nothing else.
package main

import (
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm"
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"
)

// main never runs: a module built with -buildmode=c-shared is a library, of which the proxy calls init once in each of its workers.
func main() {}

func init() {
	proxywasm.SetPluginContext(func(id uint32) types.PluginContext { return newPlugin(id) })
}

//go:build wasip1

// Command crash is a filter that dies where a client asks it to: as the module would, were there a fault that no recover sees.
package main

import (
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm"
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"
)

// main never runs: see the module's own.
func main() {}

func init() {
	proxywasm.SetPluginContext(func(uint32) types.PluginContext { return &plugin{} })
}

type plugin struct{ types.DefaultPluginContext }

func (*plugin) NewHttpContext(uint32) types.HttpContext { return &exchange{} }

type exchange struct{ types.DefaultHttpContext }

func (*exchange) OnHttpRequestHeaders(int, bool) types.Action {
	if crash, _ := proxywasm.GetHttpRequestHeader("x-crash"); crash != "" {
		panic("as asked")
	}
	if err := proxywasm.AddHttpRequestHeader("x-guarded", "yes"); err != nil {
		panic(err)
	}
	return types.ActionContinue
}

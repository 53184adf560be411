//go:build !wasm

package window

// Counter counts the bytes that a finder looks at, and what else it does as often, so that tests can hold that against a text's length. In
// the module it is nothing.
type Counter struct{ steps int }

// Count adds steps.
func (c *Counter) Count(steps int) { c.steps += steps }

// Steps returns how many were counted.
func (c *Counter) Steps() int { return c.steps }

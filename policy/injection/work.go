//go:build !wasip1

package injection

// work counts what a text costs, for tests: the bytes that were looked at, those that were judged, at each depth, and the steps of rules and classes
// of words that were tried. In the module nothing is counted.
type work struct{ looked, judged, steps int }

func (w *work) look(n int)  { w.looked += n }
func (w *work) judge(n int) { w.judged += n }
func (w *work) step(n int)  { w.steps += n }

package injection

type work struct{}

func (*work) look(int)  {}
func (*work) judge(int) {}
func (*work) step(int)  {}

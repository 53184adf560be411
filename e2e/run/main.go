// Command run is `make run`: Envoy with the module in it, in front of a provider. Its environment says what is different from envoy.yaml:
//
//	CONFIG           a file of settings in place of those of envoy.yaml
//	UPSTREAM         the base URL of another provider
//	USAGE_PANDA_API  the base URL of another control plane; it takes the settings out of LOCAL_MODE
//	PORT, ADMIN_PORT other ports than 9000 and 9901
//	OPENAI_API_KEY   the key for the provider; without it, and without another provider, a stand-in answers that needs none
//
// Envoy's access log, a line of JSON per exchange, is stdout; everything else is stderr. It ends on SIGINT and SIGTERM, and when Envoy ends.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/usagepanda/usage-panda-envoy/e2e/envoy"
	"github.com/usagepanda/usage-panda-envoy/e2e/standin"
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer cancel()
	if err := run(ctx, os.LookupEnv); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, env func(string) (string, bool)) error {
	root, err := envoy.Root()
	if err != nil {
		return err
	}
	p, err := newPlan(root, env)
	if err != nil {
		return err
	}
	if p.standIn {
		s, err := standin.Serve(standin.Options{Pace: 20 * time.Millisecond})
		if err != nil {
			return fmt.Errorf("stand-in provider: %w", err)
		}
		defer s.Close()
		if err := p.goTo(s.URL); err != nil {
			return err
		}
	}
	e, err := envoy.Start(ctx, p.options(root))
	if err != nil {
		if ctx.Err() != nil {
			return nil // it was told to end while it started
		}
		return err
	}
	defer e.Stop()
	fmt.Fprint(os.Stderr, p.greeting(e.URL))
	select {
	case <-ctx.Done():
		return nil
	case <-e.Done():
		if ctx.Err() != nil {
			return nil
		}
		return errors.New("envoy: ended by itself")
	}
}

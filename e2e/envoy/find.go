package envoy

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// Oldest is the oldest Envoy that takes envoy.yaml: 1.36 has request_body_buffer_limit.
var Oldest = [2]int{1, 36}

// Find returns Envoy's binary: the one on PATH, else the one that `make envoy` put into the project's .tools.
func Find(root string) (string, error) {
	if path, err := exec.LookPath("envoy"); err == nil {
		return path, fresh(path)
	}
	path := filepath.Join(root, ".tools", "bin", "envoy")
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("envoy: neither on PATH nor in .tools/bin; want `make envoy` to have been run")
	}
	return path, nil
}

var version = regexp.MustCompile(`/(\d+)\.(\d+)\.\d+`)

// fresh complains of an Envoy that is too old.
func fresh(path string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		return fmt.Errorf("%s --version: %w; want an Envoy that runs", path, err)
	}
	m := version.FindStringSubmatch(string(out))
	if m == nil {
		return fmt.Errorf("%s: no version in %q; want Envoy %d.%d or later", path, out, Oldest[0], Oldest[1])
	}
	major, _ := strconv.Atoi(m[1])
	minor, _ := strconv.Atoi(m[2])
	if major < Oldest[0] || major == Oldest[0] && minor < Oldest[1] {
		return fmt.Errorf("%s: version %s.%s is too old; want %d.%d or later, or no envoy on PATH, so that make brings one",
			path, m[1], m[2], Oldest[0], Oldest[1])
	}
	return nil
}

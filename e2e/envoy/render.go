package envoy

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// parts are the places of envoy.yaml that Options change.
type parts struct {
	config   map[string]any
	listener map[string]any
	manager  map[string]any // the HTTP connection manager
	filters  []any
	wasm     map[string]any // the module's plugin configuration
	clusters map[string]map[string]any
}

// load reads envoy.yaml and finds its parts.
func load(file string) (*parts, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p := &parts{clusters: map[string]map[string]any{}}
	if err := yaml.Unmarshal(data, &p.config); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	p.listener, err = dig[map[string]any](p.config, "static_resources", "listeners", 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	p.manager, err = dig[map[string]any](p.listener, "filter_chains", 0, "filters", 0, "typed_config")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	p.filters, err = dig[[]any](p.manager, "http_filters")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	p.wasm, err = dig[map[string]any](p.filters, 0, "typed_config", "config")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	clusters, err := dig[[]any](p.config, "static_resources", "clusters")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for _, c := range clusters {
		c, _ := c.(map[string]any)
		name, _ := c["name"].(string)
		p.clusters[name] = c
	}
	return p, nil
}

// dig follows keys of objects and indices of lists.
func dig[T any](v any, path ...any) (T, error) {
	for i, step := range path {
		var next any
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			next = m[step]
		case int:
			if l, _ := v.([]any); step < len(l) {
				next = l[step]
			}
		}
		if next == nil {
			var none T
			return none, fmt.Errorf("nothing at %v", path[:i+1])
		}
		v = next
	}
	t, ok := v.(T)
	if !ok {
		return t, fmt.Errorf("%T at %v; want %T", v, path, t)
	}
	return t, nil
}

// Settings are those that envoy.yaml has in it: a JSON object.
func Settings(root string) (string, error) {
	p, err := load(filepath.Join(root, "envoy.yaml"))
	if err != nil {
		return "", err
	}
	return dig[string](p.wasm, "configuration", "value")
}

// render writes the configuration that the options ask for into the folder, and returns its file. Envoy reads JSON as well as YAML.
func (o *Options) render(dir string) (string, error) {
	p, err := load(o.file())
	if err != nil {
		return "", err
	}
	if err := o.change(p); err != nil {
		return "", err
	}
	if o.Edit != nil {
		o.Edit(p.config)
	}
	if o.Dynamic {
		if err := p.split(dir); err != nil {
			return "", err
		}
	}
	file := filepath.Join(dir, "envoy.json")
	return file, write(file, p.config)
}

// file is what the options change.
func (o *Options) file() string {
	if o.File == "" {
		return filepath.Join(o.Root, "envoy.yaml")
	}
	return filepath.Join(o.Root, o.File)
}

func (o *Options) change(p *parts) error {
	p.config["admin"] = map[string]any{"address": address("127.0.0.1", o.AdminPort)}
	p.listener["address"] = address("127.0.0.1", o.Port)
	if o.Plain {
		p.manager["http_filters"] = p.filters[1:]
	}
	if err := o.module(p.wasm); err != nil {
		return err
	}
	if o.PassOn {
		delete(p.wasm, "allow_on_headers_stop_iteration")
	}
	if o.Settings != "" {
		configure(p.wasm, o.Settings)
	}
	for i, l := range o.More {
		if err := p.add(i, l); err != nil {
			return err
		}
	}
	if err := o.upstream(p); err != nil {
		return err
	}
	clusters := map[string]Endpoint{"llm": o.Provider, "usage_panda": o.Control}
	for name, e := range o.Clusters {
		if p.clusters[name] == nil {
			if err := p.cluster(name); err != nil {
				return err
			}
		}
		clusters[name] = e
	}
	for name, e := range clusters {
		if e.Address == "" || p.clusters[name] == nil {
			continue
		}
		if err := e.lead(p.clusters[name], name); err != nil {
			return err
		}
	}
	return nil
}

// module says which module a plugin is, and what of the environment it sees.
func (o *Options) module(wasm map[string]any) error {
	vm, err := dig[map[string]any](wasm, "vm_config")
	if err != nil {
		return err
	}
	vm["code"] = map[string]any{"local": map[string]any{"filename": o.Module}}
	names, err := dig[[]any](vm, "environment_variables", "host_env_keys")
	for _, name := range o.Shown {
		if !slices.Contains(names, any(name)) {
			names = append(names, name)
		}
	}
	vm["environment_variables"] = map[string]any{"host_env_keys": names}
	return err
}

func configure(wasm map[string]any, settings string) {
	wasm["configuration"] = map[string]any{"@type": "type.googleapis.com/google.protobuf.StringValue", "value": settings}
}

// upstream changes the module where it stands among clusters' own filters.
func (o *Options) upstream(p *parts) error {
	for _, c := range p.clusters {
		filters, _ := dig[[]any](c, "typed_extension_protocol_options", "envoy.extensions.upstreams.http.v3.HttpProtocolOptions", "http_filters")
		for i := range filters {
			wasm, err := dig[map[string]any](filters, i, "typed_config", "config")
			if err != nil {
				continue // another filter
			}
			if err := o.module(wasm); err != nil {
				return err
			}
			if o.Upstream != "" {
				configure(wasm, o.Upstream)
			}
		}
	}
	return nil
}

// cluster adds a copy of the cluster llm.
func (p *parts) cluster(name string) error {
	data, err := json.Marshal(p.clusters["llm"])
	if err != nil {
		return err
	}
	var c map[string]any
	if err := json.Unmarshal(data, &c); err != nil {
		return err
	}
	resources, err := dig[map[string]any](p.config, "static_resources")
	if err != nil {
		return err
	}
	all, err := dig[[]any](resources, "clusters")
	c["name"], p.clusters[name] = name, c
	resources["clusters"] = append(all, c)
	return err
}

// further is the name of the listener with that number in Options.More.
func further(i int) string { return fmt.Sprintf("usagepanda-%d", i) }

// add adds a copy of the listener.
func (p *parts) add(i int, l Listener) error {
	data, err := json.Marshal(p.listener)
	if err != nil {
		return err
	}
	var listener map[string]any
	if err := json.Unmarshal(data, &listener); err != nil {
		return err
	}
	listener["name"], listener["address"] = further(i), address("127.0.0.1", 0)
	wasm, err := dig[map[string]any](listener, "filter_chains", 0, "filters", 0, "typed_config", "http_filters", 0, "typed_config", "config")
	if err != nil {
		return err
	}
	configure(wasm, l.Settings)
	vm, err := dig[map[string]any](wasm, "vm_config")
	if err != nil {
		return err
	}
	if l.Apart {
		vm["vm_id"] = further(i)
	}
	resources, err := dig[map[string]any](p.config, "static_resources")
	if err != nil {
		return err
	}
	all, err := dig[[]any](resources, "listeners")
	resources["listeners"] = append(all, listener)
	return err
}

// lead makes a cluster go to the endpoint.
func (e Endpoint) lead(cluster map[string]any, name string) error {
	host, portText, err := net.SplitHostPort(e.Address)
	if err != nil {
		return fmt.Errorf("cluster %s: %w; want host:port", name, err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return fmt.Errorf("cluster %s: port %q; want a number", name, portText)
	}
	endpoint := map[string]any{"endpoint": map[string]any{"address": address(host, port)}}
	if m, err := dig[map[string]any](cluster, "load_assignment", "endpoints", 0, "lb_endpoints", 0, "metadata"); err == nil {
		endpoint["metadata"] = m
	}
	cluster["load_assignment"] = map[string]any{"cluster_name": name, "endpoints": []any{map[string]any{"lb_endpoints": []any{endpoint}}}}
	options, err := dig[map[string]any](cluster, "typed_extension_protocol_options",
		"envoy.extensions.upstreams.http.v3.HttpProtocolOptions")
	if err != nil {
		return fmt.Errorf("cluster %s: %w", name, err)
	}
	if e.TLS {
		return e.trust(cluster, host)
	}
	// The server of a plain connection cannot be asked what it speaks. The options are a copy, since clusters share them in the file.
	plain := map[string]any{"http_protocol_options": map[string]any{"enable_trailers": true}}
	if e.HTTP2 {
		plain = map[string]any{"http2_protocol_options": map[string]any{}}
	}
	own := map[string]any{"explicit_http_config": plain}
	for k, v := range options {
		if k != "auto_config" {
			own[k] = v
		}
	}
	cluster["typed_extension_protocol_options"] = map[string]any{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": own}
	delete(cluster, "transport_socket")
	return nil
}

// trust sets whose certificate a cluster wants to see.
func (e Endpoint) trust(cluster map[string]any, host string) (err error) {
	tls, err := dig[map[string]any](cluster, "transport_socket", "typed_config")
	if err != nil {
		return err
	}
	check, err := dig[map[string]any](tls, "common_tls_context", "validation_context")
	if err != nil {
		return err
	}
	if e.Name == "" {
		e.Name = host
	}
	if e.CA == "" {
		if e.CA, err = SystemCA(); err != nil {
			return err
		}
	}
	tls["sni"] = e.Name
	check["trusted_ca"] = map[string]any{"filename": e.CA}
	check["match_typed_subject_alt_names"] = []any{map[string]any{"san_type": "DNS", "matcher": map[string]any{"exact": e.Name}}}
	return nil
}

// split moves the listener into a file of its own, which Envoy watches.
func (p *parts) split(dir string) error {
	if err := p.listen(dir); err != nil {
		return err
	}
	resources, err := dig[map[string]any](p.config, "static_resources")
	if err != nil {
		return err
	}
	delete(resources, "listeners")
	p.config["node"] = map[string]any{"id": "e2e", "cluster": "e2e"}
	p.config["dynamic_resources"] = map[string]any{"lds_config": map[string]any{
		"resource_api_version": "V3",
		"path_config_source":   map[string]any{"path": filepath.Join(dir, "listener.json")},
	}}
	return nil
}

// listen writes the listener's file. Envoy takes notice of a file that is moved into place.
func (p *parts) listen(dir string) error {
	listener := map[string]any{"@type": "type.googleapis.com/envoy.config.listener.v3.Listener"}
	for k, v := range p.listener {
		listener[k] = v
	}
	next := filepath.Join(dir, "next.json")
	if err := write(next, map[string]any{"resources": []any{listener}}); err != nil {
		return err
	}
	return os.Rename(next, filepath.Join(dir, "listener.json"))
}

func address(host string, port int) map[string]any {
	return map[string]any{"socket_address": map[string]any{"address": host, "port_value": port}}
}

func write(file string, config map[string]any) error {
	data, err := json.MarshalIndent(config, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o600)
}

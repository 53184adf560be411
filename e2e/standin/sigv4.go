package standin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// sigv4 is an Authorization of AWS's fourth version of signatures.
var sigv4 = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=([^/, ]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request, ?` +
	`SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$`)

// signature checks that the request is signed with the key, "id:secret"; an empty key takes every signature of the right form. Source:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
func signature(r *http.Request, body []byte, key string) error {
	m := sigv4.FindStringSubmatch(r.Header.Get("Authorization"))
	if m == nil {
		return fmt.Errorf("Authorization header is no AWS4-HMAC-SHA256 signature")
	}
	id, day, region, service, names, got := m[1], m[2], m[3], m[4], strings.Split(m[5], ";"), m[6]
	date := r.Header.Get("X-Amz-Date")
	at, err := time.Parse("20060102T150405Z", date)
	switch {
	case err != nil || !strings.HasPrefix(date, day):
		return fmt.Errorf("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: %q", date)
	case time.Since(at).Abs() > 5*time.Minute:
		return fmt.Errorf("Signature expired: %s", date)
	case service != "bedrock":
		return fmt.Errorf("Credential should be scoped to correct service: 'bedrock'.")
	case !slices.Contains(names, "host"):
		return fmt.Errorf("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
	}
	hash := hexHash(body)
	switch sent := r.Header.Get("X-Amz-Content-Sha256"); sent {
	case "", hash:
	case "UNSIGNED-PAYLOAD":
		hash = sent
	default:
		return fmt.Errorf("The provided x-amz-content-sha256 header does not match what was computed.")
	}
	wantID, secret, signs := strings.Cut(key, ":")
	if !signs {
		return nil
	}
	if id != wantID {
		return fmt.Errorf("The security token included in the request is invalid.")
	}
	var headers strings.Builder
	for _, name := range names {
		values := slices.Clone(r.Header.Values(name))
		switch name {
		case "host":
			values = []string{r.Host}
		case "content-length":
			values = []string{fmt.Sprint(len(body))}
		}
		for i := range values {
			values[i] = strings.Join(strings.Fields(values[i]), " ")
		}
		fmt.Fprintf(&headers, "%s:%s\n", name, strings.Join(values, ","))
	}
	request := strings.Join([]string{r.Method, encodeOnce(r.URL.EscapedPath()), strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20"),
		headers.String(), m[5], hash}, "\n")
	scope := strings.Join([]string{day, region, service, "aws4_request"}, "/")
	sum := []byte("AWS4" + secret)
	for _, step := range []string{day, region, service, "aws4_request", strings.Join([]string{"AWS4-HMAC-SHA256", date, scope,
		hexHash([]byte(request))}, "\n")} {
		mac := hmac.New(sha256.New, sum)
		mac.Write([]byte(step))
		sum = mac.Sum(nil)
	}
	if hex.EncodeToString(sum) != got {
		return fmt.Errorf("The request signature we calculated does not match the signature you provided. Check your AWS Secret Access " +
			"Key and signing method. Consult the service documentation for details.")
	}
	return nil
}

// encodeOnce encodes a path again, as it was sent: services other than S3 sign it so.
func encodeOnce(path string) string {
	all := strings.Split(path, "/")
	for i := range all {
		all[i] = strings.ReplaceAll(url.QueryEscape(all[i]), "+", "%20")
	}
	return strings.Join(all, "/")
}

func hexHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

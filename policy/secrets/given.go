package secrets

// given is a secret that is told by the name that it is given to: a keyword in the name, without '-', '_', '.' and spaces, and the form of
// the value.
type given struct {
	name    string
	kind    Kind
	keyword string
	pattern string
	entropy float64
}

// uuid is the form of a UUID.
const uuid = "[x8]-[x4]-[x4]-[x4]-[x12]"

// givens are together that have one keyword.
var givens = [...]given{
	{"aws-secret-access-key", AWS, "awssecret", "[w+40]", 3.5},

	{"bitbucket-client-id", Bitbucket, "bitbucket", "[w32]", 2.5},
	{"bitbucket-client-secret", Bitbucket, "bitbucket", "[w=_-64]", 2.5},

	{"alibaba-secret-key", Cloud, "alibaba", "[w30]", 2},
	{"cloudflare-api-key", Cloud, "cloudflare", "[w_-40]", 2},
	{"cloudflare-global-api-key", Cloud, "cloudflare", "[x37]", 2},
	{"heroku-api-key", Cloud, "heroku", uuid, 2},
	{"netlify-access-token", Cloud, "netlify", "[w=_-40,46]", 2.5},
	{"yandex-access-token", Cloud, "yandex", "t1.[w_-1,400][=0,2].[w_-86][=0,2]", 2.5},
	{"yandex-api-key", Cloud, "yandex", "AQVN[w_-35,38]", 2.5},
	{"yandex-aws-access-token", Cloud, "yandex", "YC[w_-38]", 2.5},
	{"fastly-api-token", Cloud, "fastly", "[w=_-32]", 2.5},

	{"cohere-api-token", LLM, "cohere", "[w40]", 4},
	{"cohere-api-token", LLM, "coapikey", "[w40]", 4},
	{"privateai-api-token", LLM, "privateai", "[a32]", 3},
	{"mistral-api-key", LLM, "mistral", "[w32]", 3.5},     // Mistral's documentation
	{"together-api-key", LLM, "togetherai", "[h64]", 3.5}, // Together's documentation

	{"bittrex-access-key", Payment, "bittrex", "[w32]", 2.5},
	{"coinbase-access-token", Payment, "coinbase", "[w_-64]", 2.5},
	{"finicity-api-token", Payment, "finicity", "[x32]", 2.5},
	{"finicity-client-secret", Payment, "finicity", "[w20]", 2.5},
	{"finnhub-access-token", Payment, "finnhub", "[w20]", 2.5},
	{"freshbooks-access-token", Payment, "freshbooks", "[w64]", 2.5},
	{"gocardless-api-token", Payment, "gocardless", "live_[w_=-40]", 2.5},
	{"kraken-access-token", Payment, "kraken", "[w+=_-80,90]", 2.5},
	{"kucoin-access-token", Payment, "kucoin", "[x24]", 2.5},
	{"kucoin-secret-key", Payment, "kucoin", uuid, 2.5},
	{"plaid-client-id", Payment, "plaid", "[w24]", 3.5},
	{"plaid-secret-key", Payment, "plaid", "[w30]", 3.5},

	{"discord-api-token", Chat, "discord", "[x64]", 2.5},
	{"discord-client-id", Chat, "discord", "[d18]", 2},
	{"discord-client-secret", Chat, "discord", "[w=_-32]", 2},
	{"gitter-access-token", Chat, "gitter", "[w_-40]", 2.5},
	{"intercom-api-key", Chat, "intercom", "[w=_-60]", 2.5},
	{"mailchimp-api-key", Chat, "mailchimp", "[x32]-us[d2]", 2.5},
	{"mailgun-private-api-token", Chat, "mailgun", "key-[x32]", 2.5},
	{"mailgun-pub-key", Chat, "mailgun", "pubkey-[x32]", 2.5},
	{"mailgun-signing-key", Chat, "mailgun", "[w32]-[w8]-[w8]", 2.5},
	{"mattermost-access-token", Chat, "mattermost", "[w26]", 2.5},
	{"messagebird-api-token", Chat, "messagebird", "[w25]", 2.5},
	{"messagebird-client-id", Chat, "messagebird", uuid, 2.5},
	{"sendbird-access-id", Chat, "sendbird", uuid, 2.5},
	{"sendbird-access-token", Chat, "sendbird", "[x40]", 2.5},
	{"telegram-bot-api-token", Chat, "telegr", "[d5,16]:A[w_-34]", 2.5},
	{"twitch-api-token", Chat, "twitch", "[w30]", 2.5},
	{"twitter-access-secret", Chat, "twitter", "[w45]", 2.5},
	{"twitter-access-token", Chat, "twitter", "[d15,25]-[w20,40]", 2.5},
	{"twitter-api-key", Chat, "twitter", "[w25]", 2.5},
	{"twitter-api-secret", Chat, "twitter", "[w50]", 2.5},
	{"twitter-bearer-token", Chat, "twitter", "AAAAAAAAAAAAAAAAAAAAAA[w%80,100]", 2.5},

	{"jfrog-api-key", Registry, "jfrog", "[w73]", 2.5},
	{"jfrog-identity-token", Registry, "jfrog", "[w64]", 2.5},
	{"jfrog-api-key", Registry, "artifactory", "[w73]", 2.5},
	{"jfrog-identity-token", Registry, "artifactory", "[w64]", 2.5},
	{"jfrog-api-key", Registry, "bintray", "[w73]", 2.5},
	{"jfrog-identity-token", Registry, "bintray", "[w64]", 2.5},
	{"jfrog-api-key", Registry, "xray", "[w73]", 2.5},
	{"jfrog-identity-token", Registry, "xray", "[w64]", 2.5},
	{"sidekiq-secret", Registry, "bundleenterprisecontribsyscom", "[x8]:[x8]", 0},
	{"sidekiq-secret", Registry, "bundlegemscontribsyscom", "[x8]:[x8]", 0},

	{"adafruit-api-key", Service, "adafruit", "[w_-32]", 2.5},
	{"adobe-client-id", Service, "adobe", "[x32]", 2},
	{"airtable-api-key", Service, "airtable", "[w17]", 2.5},
	{"algolia-api-key", Service, "algolia", "[w32]", 2.5},
	{"asana-client-id", Service, "asana", "[d16]", 2},
	{"asana-client-secret", Service, "asana", "[w32]", 2.5},
	{"atlassian-api-token", Service, "atlassian", "[w20][x4]", 3.5},
	{"atlassian-api-token", Service, "confluence", "[w20][x4]", 3.5},
	{"atlassian-api-token", Service, "jira", "[w20][x4]", 3.5},
	{"beamer-api-token", Service, "beamer", "b_[w=_-44]", 2.5},
	{"cisco-meraki-api-key", Service, "meraki", "[h40]", 3},
	{"codecov-access-token", Service, "codecov", "[w32]", 2.5},
	{"confluent-access-token", Service, "confluent", "[w16]", 2.5},
	{"confluent-secret-key", Service, "confluent", "[w64]", 2.5},
	{"contentful-delivery-api-token", Service, "contentful", "[w=_-43]", 2.5},
	{"datadog-access-token", Service, "datadog", "[w40]", 2.5},
	{"droneci-access-token", Service, "droneci", "[w32]", 2.5},
	{"dropbox-api-token", Service, "dropbox", "[w15]", 2.5},
	{"dropbox-short-lived-api-token", Service, "dropbox", "sl.[w=_-135]", 2.5},
	{"dropbox-long-lived-api-token", Service, "dropbox", "[w11]AAAAAAAAAA[w_=-43]", 2.5},
	{"dropbox-long-lived-api-token", Service, "dropbox", "[w=_-64]", 2.5},
	{"etsy-access-token", Service, "etsy", "[w24]", 3},
	{"facebook-secret", Service, "facebook", "[x32]", 3},
	{"flickr-access-token", Service, "flickr", "[w32]", 2.5},
	{"hubspot-api-key", Service, "hubspot", uuid, 2.5},
	{"launchdarkly-access-token", Service, "launchdarkly", "[w=_-40]", 2.5},
	{"linear-client-secret", Service, "linear", "[x32]", 2},
	{"linkedin-client-id", Service, "linkedin", "[w14]", 2},
	{"linkedin-client-secret", Service, "linkedin", "[w16]", 2},
	{"lob-api-key", Service, "lob", "live_[x35]", 2},
	{"lob-api-key", Service, "lob", "test_[x35]", 2},
	{"lob-pub-api-key", Service, "lob", "live_pub_[x31]", 2},
	{"lob-pub-api-key", Service, "lob", "test_pub_[x31]", 2},
	{"looker-client-id", Service, "looker", "[w20]", 2.5},
	{"looker-client-secret", Service, "looker", "[w24]", 2.5},
	{"mapbox-api-token", Service, "mapbox", "pk.[w60].[w22]", 2.5},
	{"maxmind-license-key", Service, "maxmind", "[w6]_[w29]_mmk", 4},
	{"new-relic-user-api-id", Service, "newrelic", "[w64]", 2.5},
	{"nytimes-access-token", Service, "nytimes", "[w=_-32]", 2.5},
	{"nytimes-access-token", Service, "newyorktimes", "[w=_-32]", 2.5},
	{"okta-access-token", Service, "okta", "00[w=_-40]", 4},
	{"rapidapi-access-token", Service, "rapidapi", "[w_-50]", 2.5},
	{"sentry-access-token", Service, "sentry", "[x64]", 3},
	{"snyk-api-token", Service, "snykkey", uuid, 2},
	{"snyk-api-token", Service, "snykapikey", uuid, 2},
	{"snyk-api-token", Service, "snyktoken", uuid, 2},
	{"snyk-api-token", Service, "snykapitoken", uuid, 2},
	{"snyk-api-token", Service, "snykoauthtoken", uuid, 2},
	{"sonar-api-token", Service, "sonarlogin", "[w=_-40]", 2},
	{"sonar-api-token", Service, "sonartoken", "[w=_-40]", 2},
	{"sourcegraph-access-token", Service, "sourcegraph", "[x40]", 3},
	{"squarespace-access-token", Service, "squarespace", uuid, 2.5},
	{"sumologic-access-id", Service, "sumo", "su[w12]", 3},
	{"sumologic-access-token", Service, "sumo", "[w64]", 3},
	{"travisci-access-token", Service, "travis", "[w22]", 2.5},
	{"zendesk-secret-key", Service, "zendesk", "[w40]", 2.5},
}

// keywords are those of secrets that have no form of their own.
var keywords = [...]string{
	"access", "apikey", "api", "auth", "credential", "creds", "key", "passwd", "password", "passphrase", "pwd", "secret", "token",
}

// accounts are keywords of what is a secret only where the name says whose.
var accounts = [...]string{"login", "clientid", "accountid", "appid", "userid", "webhook", "bot"}

// harmless are names with such a keyword in them whose values are no secrets, without '-', '_', '.' and spaces.
var harmless = [...]string{
	"accessib", "accessor", "accessid", "randomaccess", "apiid", "apiname", "apiversion", "rapid", "capital", "author", "authsource",
	"authenticationresults", "credentialid", "credentialsid", "withcredentials", "bucketkey", "foreignkey", "hotkey", "idxkey",
	"naturalkey", "primarykey", "publickey", "pubkey", "schemakey", "sequencekey", "turkey", "keyalias", "keyboard", "keycode", "keyframe",
	"keyid", "keylength", "keymesh", "keyname", "keypair", "keypress", "keyring", "keyselector", "keysignature", "keysize", "keystone",
	"keystore", "keyword", "keyup", "keydown", "keyleft", "keyright", "keyvault", "keytab", "issuerkeyhash", "monkey", "donkey", "keying",
	"secretlength", "secretname", "secretsize", "usersecretsid", "csrf", "apiendpoint", "apiurl", "apiuri", "credentialsendpoint",
	"credentialsurl", "tokenendpoint", "tokenurl", "tokenuri", "publictoken", "keyfile", "tokenfile", "maxtoken", "apihost", "apibase",
	"nonmatching", "dummy", "fake", "mock", "placeholder", "cachekey", "sortkey", "partitionkey", "keymap", "keynote", "tokenizer", "tokencount", "tokentype", "secretary", "apipath",
}

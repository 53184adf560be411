package secrets

// rule is a secret that is told by how it begins. Its pattern begins with literal text. A rule that needs chance has entropy, in bits per
// byte of what was found.
type rule struct {
	name    string
	kind    Kind
	pattern string
	entropy float64
}

// rules are ordered by nothing: the first one that fits a beginning wins, so that of two with one prefix the longer comes first.
var rules = [...]rule{
	{"age-secret-key", PrivateKey, "AGE-SECRET-KEY-1[A58]", 0},

	{"aws-access-token", AWS, "AKIA[A16]", 3},
	{"aws-access-token", AWS, "ASIA[A16]", 3},
	{"aws-access-token", AWS, "ABIA[A16]", 3},
	{"aws-access-token", AWS, "ACCA[A16]", 3},
	{"aws-access-token", AWS, "A3T[A17]", 3},
	{"aws-amazon-bedrock-api-key-long-lived", AWS, "ABSK[w+109,269][=0,2]", 3},
	{"aws-amazon-bedrock-api-key-short-lived", AWS, "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[w+=0,4000]", 3},

	{"gcp-api-key", GCP, "AIza[w_-35]", 4},
	{"gcp-oauth-client-secret", GCP, "GOCSPX-[w_-28]", 3}, // Google's OAuth client secrets
	{"gcp-oauth-access-token", GCP, "ya29.[w_-20,1024]", 3.5},

	{"cloudflare-origin-ca-key", Cloud, "v1.0-[h24]-[h146]", 2},
	{"alibaba-access-key-id", Cloud, "LTAI[w20]", 2},
	{"digitalocean-access-token", Cloud, "doo_v1_[h64]", 3},
	{"digitalocean-pat", Cloud, "dop_v1_[h64]", 3},
	{"digitalocean-refresh-token", Cloud, "dor_v1_[h64]", 3},
	{"flyio-access-token", Cloud, "fo1_[w_-43]", 4},
	{"flyio-access-token", Cloud, "fm1a_[w+100,2000][=0,3]", 4},
	{"flyio-access-token", Cloud, "fm1r_[w+100,2000][=0,3]", 4},
	{"flyio-access-token", Cloud, "fm2_[w+100,2000][=0,3]", 4},
	{"heroku-api-key-v2", Cloud, "HRKU-AA[w_-58]", 4},
	{"databricks-api-token", Cloud, "dapi[h32]", 3},
	{"hashicorp-tf-api-token", Cloud, "atlasv1.[w_=-60,70]", 3.5},
	{"openshift-user-token", Cloud, "sha256~[w_-43]", 3.5},
	{"planetscale-api-token", Cloud, "pscale_tkn_[w_=.-32,64]", 3},
	{"planetscale-oauth-token", Cloud, "pscale_oauth_[w_=.-32,64]", 3},
	{"planetscale-password", Cloud, "pscale_pw_[w_=.-32,64]", 3},
	{"pulumi-api-token", Cloud, "pul-[h40]", 2},
	{"scalingo-api-token", Cloud, "tk-us-[w_-48]", 2},
	{"vault-batch-token", Cloud, "hvb.[w_-138,300]", 4},
	{"vault-service-token", Cloud, "hvs.[w_-90,120]", 3.5},
	{"doppler-api-token", Cloud, "dp.pt.[w43]", 2},
	{"infracost-api-token", Cloud, "ico-[w32]", 3},
	{"prefect-api-token", Cloud, "pnu_[w36]", 2},
	{"clickhouse-cloud-api-secret-key", Cloud, "4b1d[w38]", 3},
	{"tailscale-key", Cloud, "tskey-[w4,12]-[w8,40]-[w16,64]", 3}, // Tailscale's documentation
	{"supabase-token", Cloud, "sbp_[h40]", 3},                     // Supabase's documentation

	{"github-app-token", GitHub, "ghu_[w36]", 3},
	{"github-app-token", GitHub, "ghs_[w36]", 3},
	{"github-fine-grained-pat", GitHub, "github_pat_[w_82]", 3},
	{"github-oauth", GitHub, "gho_[w36]", 3},
	{"github-pat", GitHub, "ghp_[w36]", 3},
	{"github-refresh-token", GitHub, "ghr_[w36]", 3},

	{"gitlab-cicd-job-token", GitLab, "glcbt-[w1,5]_[w_-20]", 3},
	{"gitlab-deploy-token", GitLab, "gldt-[w_-20]", 3},
	{"gitlab-feature-flag-client-token", GitLab, "glffct-[w_-20]", 3},
	{"gitlab-feed-token", GitLab, "glft-[w_-20]", 3},
	{"gitlab-incoming-mail-token", GitLab, "glimt-[w_-25]", 3},
	{"gitlab-kubernetes-agent-token", GitLab, "glagent-[w_-50]", 3},
	{"gitlab-oauth-app-secret", GitLab, "gloas-[w_-64]", 3},
	{"gitlab-pat-routable", GitLab, "glpat-[w_-27,128].[a9]", 4},
	{"gitlab-pat", GitLab, "glpat-[w_-20]", 3},
	{"gitlab-ptt", GitLab, "glptt-[h40]", 3},
	{"gitlab-rrt", GitLab, "GR1348941[w_-20]", 3},
	{"gitlab-runner-authentication-token-routable", GitLab, "glrt-t[d1]_[w_-27,128].[a9]", 4},
	{"gitlab-runner-authentication-token", GitLab, "glrt-[w_-20]", 3},
	{"gitlab-scim-token", GitLab, "glsoat-[w_-20]", 3},
	{"gitlab-session-cookie", GitLab, "gitlab_session=[a32]", 3},

	{"bitbucket-app-password", Bitbucket, "ATBB[w24,48]", 3}, // Bitbucket's documentation
	{"sourcegraph-access-token", Service, "sgp_local_[x40]", 3},
	{"sourcegraph-access-token", Service, "sgp_[x16]_[x40]", 3},
	{"sourcegraph-access-token", Service, "sgp_[x40]", 3},

	{"anthropic-admin-api-key", LLM, "sk-ant-admin01-[w_-93]AA", 0},
	{"anthropic-api-key", LLM, "sk-ant-api03-[w_-93]AA", 0},
	{"openai-api-key", LLM, "sk-proj-[w_-74]T3BlbkFJ[w_-74]", 3},
	{"openai-api-key", LLM, "sk-proj-[w_-58]T3BlbkFJ[w_-58]", 3},
	{"openai-api-key", LLM, "sk-svcacct-[w_-74]T3BlbkFJ[w_-74]", 3},
	{"openai-api-key", LLM, "sk-svcacct-[w_-58]T3BlbkFJ[w_-58]", 3},
	{"openai-api-key", LLM, "sk-admin-[w_-74]T3BlbkFJ[w_-74]", 3},
	{"openai-api-key", LLM, "sk-admin-[w_-58]T3BlbkFJ[w_-58]", 3},
	{"openai-project-key", LLM, "sk-proj-[w_-40,200]", 4},
	{"openrouter-api-key", LLM, "sk-or-v1-[h64]", 3}, // OpenRouter's documentation
	{"llm-api-key", LLM, "sk-[w32,64]", 3.5},         // OpenAI's old keys, DeepSeek, Moonshot and their like
	{"groq-api-key", LLM, "gsk_[w52]", 3.5},          // Groq's documentation
	{"xai-api-key", LLM, "xai-[w80]", 3.5},           // xAI's documentation
	{"replicate-api-token", LLM, "r8_[w37]", 3.5},    // Replicate's documentation
	{"perplexity-api-key", LLM, "pplx-[w48]", 4},
	{"huggingface-access-token", LLM, "hf_[l34]", 2},
	{"huggingface-organization-api-token", LLM, "api_org_[l34]", 2},

	{"stripe-access-token", Payment, "sk_test_[w10,99]", 2},
	{"stripe-access-token", Payment, "sk_live_[w10,99]", 2},
	{"stripe-access-token", Payment, "sk_prod_[w10,99]", 2},
	{"stripe-access-token", Payment, "rk_test_[w10,99]", 2},
	{"stripe-access-token", Payment, "rk_live_[w10,99]", 2},
	{"stripe-access-token", Payment, "rk_prod_[w10,99]", 2},
	{"stripe-webhook-secret", Payment, "whsec_[w24,64]", 3}, // Stripe's documentation
	{"square-access-token", Payment, "EAAA[w_-22,60]", 2},
	{"square-access-token", Payment, "sq0atp-[w_-22,60]", 2},
	{"square-secret", Payment, "sq0csp-[w_-43]", 3}, // Square's documentation
	{"flutterwave-public-key", Payment, "FLWPUBK_TEST-[w32]-X", 2},
	{"flutterwave-secret-key", Payment, "FLWSECK_TEST-[w32]-X", 2},
	{"flutterwave-encryption-key", Payment, "FLWSECK_TEST-[w12]", 2},
	{"shopify-access-token", Payment, "shpat_[x32]", 2},
	{"shopify-custom-access-token", Payment, "shpca_[x32]", 2},
	{"shopify-private-app-access-token", Payment, "shppa_[x32]", 2},
	{"shopify-shared-secret", Payment, "shpss_[x32]", 2},
	{"duffel-api-token", Payment, "duffel_test_[w_=-43]", 2},
	{"duffel-api-token", Payment, "duffel_live_[w_=-43]", 2},

	{"slack-app-token", Chat, "xapp-[d1]-[A8,20]-[d8,20]-[a32,128]", 2},
	{"slack-bot-token", Chat, "xoxb-[d10,13]-[d10,13][w-0,64]", 3},
	{"slack-legacy-bot-token", Chat, "xoxb-[d8,14]-[w18,26]", 2},
	{"slack-config-access-token", Chat, "xoxe.xoxb-[d1]-[w163,166]", 2},
	{"slack-config-access-token", Chat, "xoxe.xoxp-[d1]-[w163,166]", 2},
	{"slack-config-refresh-token", Chat, "xoxe-[d1]-[w146]", 2},
	{"slack-user-token", Chat, "xoxp-[d10,13]-[d10,13]-[d10,13]-[w-28,34]", 2},
	{"slack-user-token", Chat, "xoxe-[d10,13]-[d10,13]-[d10,13]-[w-28,34]", 2},
	{"slack-legacy-token", Chat, "xoxo-[d6,20]-[d6,20]-[d6,20]-[x8,64]", 2},
	{"slack-legacy-token", Chat, "xoxs-[d6,20]-[d6,20]-[d6,20]-[x8,64]", 2},
	{"slack-legacy-workspace-token", Chat, "xoxa-[d1]-[w-10,80]", 2},
	{"slack-legacy-workspace-token", Chat, "xoxr-[d1]-[w-10,80]", 2},
	{"slack-legacy-workspace-token", Chat, "xoxa-[w12,48]", 2},
	{"slack-legacy-workspace-token", Chat, "xoxr-[w12,48]", 2},
	{"slack-webhook-url", Chat, "hooks.slack.com/services/[w+40,80]", 0},
	{"slack-webhook-url", Chat, "hooks.slack.com/workflows/[w+40,80]", 0},
	{"slack-webhook-url", Chat, "hooks.slack.com/triggers/[w+40,80]", 0},
	{"discord-webhook-url", Chat, "discord.com/api/webhooks/[d17,20]/[w_-60,80]", 0}, // Discord's documentation
	{"microsoft-teams-webhook", Chat, "webhook.office.com/webhookb2/[w-36]@[w-36]/IncomingWebhook/[w32]/[w-36]", 0},
	{"twilio-api-key", Chat, "SK[x32]", 3},
	{"sendgrid-api-token", Chat, "SG.[w_=.-66]", 2},
	{"sendinblue-api-token", Chat, "xkeysib-[h64]-[w16]", 2},

	{"npm-access-token", Registry, "npm_[w36]", 2},
	{"pypi-upload-token", Registry, "pypi-AgEIcHlwaS5vcmc[w_-50,1000]", 3},
	{"rubygems-api-token", Registry, "rubygems_[h48]", 2},
	{"clojars-api-token", Registry, "CLOJARS_[w60]", 2},
	{"artifactory-api-key", Registry, "AKCp[w69]", 4.5},
	{"artifactory-reference-token", Registry, "cmVmd[w59]", 4.5},
	{"nuget-api-key", Registry, "oy2[a43]", 3.5},             // NuGet's documentation
	{"docker-access-token", Registry, "dckr_pat_[w_-27]", 3}, // Docker's documentation
	{"crates-io-token", Registry, "cio[w32]", 3.5},           // crates.io's announcement

	{"1password-secret-key", Service, "A3-[A6]-[A11]-[A5]-[A5]-[A5]", 3.8},
	{"1password-secret-key", Service, "A3-[A6]-[A6]-[A5]-[A5]-[A5]-[A5]", 3.8},
	{"1password-service-account-token", Service, "ops_eyJ[w+250,4000][=0,3]", 4},
	{"adobe-client-secret", Service, "p8e-[w32]", 2},
	{"airtable-personnal-access-token", Service, "pat[w14].[h64]", 3},
	{"atlassian-api-token", Service, "ATATT3[w_=-186]", 3.5},
	{"authress-service-client-access-key", Service, "sc_[a5,30].[a4,6].acc[_-1][a-10,32].[w+_=-30,120]", 2},
	{"authress-service-client-access-key", Service, "ext_[a5,30].[a4,6].acc[_-1][a-10,32].[w+_=-30,120]", 2},
	{"authress-service-client-access-key", Service, "scauth_[a5,30].[a4,6].acc[_-1][a-10,32].[w+_=-30,120]", 2},
	{"authress-service-client-access-key", Service, "authress_[a5,30].[a4,6].acc[_-1][a-10,32].[w+_=-30,120]", 2},
	{"defined-networking-api-token", Service, "dnkey-[w_=-26]-[w_=-52]", 3},
	{"dynatrace-api-token", Service, "dt0c01.[w24].[w64]", 4},
	{"easypost-api-token", Service, "EZAK[w54]", 2},
	{"easypost-test-api-token", Service, "EZTK[w54]", 2},
	{"facebook-page-access-token", Service, "EAAM[w100,400]", 4},
	{"facebook-page-access-token", Service, "EAAC[w100,400]", 4},
	{"frameio-api-token", Service, "fio-u-[w_=-64]", 3},
	{"grafana-api-key", Service, "eyJrIjoi[w70,400][=0,3]", 3},
	{"grafana-cloud-api-token", Service, "glc_[w+32,400][=0,3]", 3},
	{"grafana-service-account-token", Service, "glsa_[w32]_[x8]", 3},
	{"harness-api-key", Service, "pat.[w_-22].[w24].[w20]", 0},
	{"harness-api-key", Service, "sat.[w_-22].[w24].[w20]", 0},
	{"intra42-client-secret", Service, "s-s4t2ud-[x64]", 3},
	{"intra42-client-secret", Service, "s-s4t2af-[x64]", 3},
	{"linear-api-key", Service, "lin_api_[w40]", 2},
	{"new-relic-browser-api-token", Service, "NRJS-[h19]", 2},
	{"new-relic-insert-key", Service, "NRII-[w-32]", 2},
	{"new-relic-user-api-key", Service, "NRAK-[w27]", 2},
	{"notion-api-token", Service, "ntn_[d11][w35]", 4},
	{"octopus-deploy-api-key", Service, "API-[A26]", 3},
	{"plaid-api-token", Payment, "access-sandbox-[h8]-[h4]-[h4]-[h4]-[h12]", 0},
	{"plaid-api-token", Payment, "access-development-[h8]-[h4]-[h4]-[h4]-[h12]", 0},
	{"plaid-api-token", Payment, "access-production-[h8]-[h4]-[h4]-[h4]-[h12]", 0},
	{"postman-api-token", Service, "PMAK-[h24]-[h34]", 3},
	{"readme-api-token", Service, "rdme_[a70]", 2},
	{"sentry-org-token", Service, "sntrys_eyJpYXQiO[w+60,500][=0,2]_[w+43]", 4.5},
	{"sentry-user-token", Service, "sntryu_[h64]", 3.5},
	{"settlemint-application-access-token", Service, "sm_aat_[w16]", 3},
	{"settlemint-personal-access-token", Service, "sm_pat_[w16]", 3},
	{"settlemint-service-access-token", Service, "sm_sat_[w16]", 3},
	{"shippo-api-token", Service, "shippo_live_[x40]", 2},
	{"shippo-api-token", Service, "shippo_test_[x40]", 2},
	{"sonar-api-token", Service, "squ_[w40]", 3},
	{"sonar-api-token", Service, "sqp_[w40]", 3},
	{"sonar-api-token", Service, "sqa_[w40]", 3},
	{"typeform-api-token", Service, "tfp_[w_=.-59]", 3},
	{"vault-service-token", Cloud, "s.[w24]", 3.5},
}

package secrets

// published are keys that are no secrets, as FNV-1a of 64 bits: those of Google in the examples and tests of Firebase, as collected by
// gitleaks.
var published = [...]uint64{
	0x08B545962ADC7D8B, 0x12113C2E6979F447, 0x294C63F8344D5DF1, 0x29A336C7244F48DD,
	0x515CB771A4238032, 0x6835E0F288832A40, 0x6ACBD824BD32BBD4, 0x816CD10FDB11EAD0,
	0x828818F833257868, 0x99B2726346A1E92A, 0xADBD04E3FE1B6D49, 0xC73F1E61952E6987,
	0xC800BF2100A21C67, 0xDB9422F1DD332DCC, 0xE754678EA2B14EF1, 0xE7666DBB286C6C2E,
	0xD8E13CDED25333C6, // of Algolia's search of documentation
}

// public tells whether a key is published.
func public(text string) bool {
	sum := uint64(0xCBF29CE484222325)
	for i := range len(text) {
		sum = (sum ^ uint64(text[i])) * 0x100000001B3
	}
	for _, p := range published {
		if p == sum {
			return true
		}
	}
	return false
}

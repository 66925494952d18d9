// Reads documents, one JSON string a line, with the YAML reader of Kubernetes in its strict mode, and answers each
// with a line: `V` and its value as JSON, or `E` and the error as a JSON string.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

const longestLine = 64 << 20

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longestLine)
	out := bufio.NewWriter(os.Stdout)
	for lines.Scan() {
		answer(out, lines.Bytes())
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := out.Flush(); err != nil {
		os.Exit(1)
	}
}

func answer(out *bufio.Writer, line []byte) {
	var document string
	if err := json.Unmarshal(line, &document); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	value, err := yaml.YAMLToJSONStrict([]byte(document))
	if err != nil {
		message, _ := json.Marshal(err.Error())
		fmt.Fprintf(out, "E %s\n", message)
		return
	}
	fmt.Fprintf(out, "V %s\n", value)
}

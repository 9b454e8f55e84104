"""The pattern recognisers of presidio-analyzer over bodies from standard input.

In: one JSON object a line, {"texts": [...]}. Out: one JSON object a line, {"cpuUs": n, "spans": [[start, end], ...]}:
the processor time of all texts, and what was found in the last one, in characters. No language model is used: the
recognisers that need one are left out, and so is the context of words, which needs one too.
"""

import json
import sys
import time

from presidio_analyzer import RecognizerRegistry


def main() -> None:
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    recognizers = [one for one in registry.recognizers if one.name != "SpacyRecognizer"]
    print(json.dumps({"recognizers": [one.name for one in recognizers]}), flush=True)
    for line in sys.stdin:
        texts = json.loads(line)["texts"]
        start = time.process_time()
        for text in texts:
            results = [
                result
                for one in recognizers
                for result in one.analyze(text, one.supported_entities, None) or []
            ]
        us = (time.process_time() - start) * 1e6
        print(json.dumps({"cpuUs": us, "spans": [[one.start, one.end] for one in results]}), flush=True)


main()

// Stands in for the Python packages, which npm cannot install: the same calls, sent as the packages send them.

const wire = `
import json
import urllib.request


class Fields:
    """What an answer holds, as attributes; what it does not hold is None."""

    def __init__(self, fields):
        self.__dict__.update(fields)

    def __getattr__(self, name):
        return None


def post(url, headers, body):
    data = json.dumps(body, default=vars).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json", **headers})
    with urllib.request.urlopen(request) as response:
        return json.load(response, object_hook=Fields)


class Calls:
    def __init__(self, url, headers):
        self.url, self.headers = url, headers

    def create(self, **body):
        return post(self.url, self.headers, body)
`

const openai = `
import os
from wire import Calls, Fields


class OpenAI:
    def __init__(self, *, base_url=None, api_key=None):
        base_url = base_url or os.environ["OPENAI_BASE_URL"]
        headers = {"authorization": "Bearer " + (api_key or os.environ["OPENAI_API_KEY"])}
        self.chat = Fields({"completions": Calls(base_url + "/chat/completions", headers)})
`

const anthropic = `
import os
from wire import Calls


class Messages(Calls):
    def create(self, **body):
        answer = super().create(**body)
        for block in answer.content:
            if block.type == "tool_use":
                block.input = vars(block.input)
        return answer


class Anthropic:
    def __init__(self, *, base_url=None, api_key=None):
        base_url = base_url or os.environ["ANTHROPIC_BASE_URL"]
        key = api_key or os.environ.get("ANTHROPIC_API_KEY")
        token = os.environ.get("ANTHROPIC_AUTH_TOKEN")
        headers = {"x-api-key": key} if key else {"authorization": "Bearer " + token}
        self.messages = Messages(base_url + "/v1/messages", {**headers, "anthropic-version": "2023-06-01"})
`

/** Python modules by file name. */
export const pythonModules: Record<string, string> = {
  'wire.py': wire,
  'openai.py': openai,
  'anthropic.py': anthropic,
}

"""How does the accounts server speak? No OpenAPI file of Zoho's: cliq/api.md §1 itself."""

from .exchanges import ERROR, TEXT, Exchange, about, validate

TOKEN = {"type": "string", "minLength": 1}
EXCHANGE = {"grant_type", "client_id", "client_secret", "redirect_uri", "code"}
REFRESH = {"grant_type", "client_id", "client_secret", "refresh_token"}
AUTHORISE = {"response_type", "client_id", "redirect_uri", "scope"}
AUTHORISE |= {"access_type", "prompt", "state"}
ISSUED = {
    "type": "object",
    "properties": {
        "access_token": TOKEN,
        "refresh_token": TOKEN,
        "api_domain": TOKEN,
        "token_type": {"const": "Bearer"},
        "expires_in": {"type": "integer"},
        "scope": TEXT,
    },
    "required": ["access_token", "api_domain", "token_type", "expires_in"],
    "additionalProperties": False,
}
FAILED = {"type": "object", "properties": {"error": TEXT}, "required": ["error"]}
USER_INFO = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("First_Name", "Last_Name", "Display_Name", "Email"), TEXT),
        "ZUID": {"type": "integer"},
    },
    "required": ["Email", "ZUID"],
    "additionalProperties": False,
}


def check_request(exchange: Exchange) -> None:
    told = {**exchange["query"], **(exchange["body"] or {})}
    kinds = {"authorization_code": EXCHANGE, "refresh_token": REFRESH}
    wanted = {
        "GET /oauth/v2/auth": AUTHORISE,
        "POST /oauth/v2/auth": AUTHORISE | {"account", "decision"},
        "POST /oauth/v2/token": kinds.get(told.get("grant_type", ""), EXCHANGE),
        "POST /oauth/v2/token/revoke": {"token"},
        "GET /oauth/user/info": set(),
        "GET /oauth/serverinfo": set(),
    }.get(f"{exchange['method']} {exchange['path']}")
    assert wanted is not None, about(exchange, "is not documented")
    assert told.keys() <= wanted, about(exchange, f"{sorted(told.keys() - wanted)} not documented")
    if exchange["path"] == "/oauth/v2/token":
        lacking = wanted - told.keys()
        assert not lacking, about(exchange, f"{sorted(lacking)} missing")


def check_answer(exchange: Exchange) -> None:
    answer = exchange["answer"]
    if exchange["path"] == "/oauth/v2/token":
        assert exchange["status"] == 200, about(exchange, "errors come with 200, too (§1.9)")
        validate(FAILED if "error" in answer else ISSUED, answer, exchange)
    elif exchange["path"] == "/oauth/v2/token/revoke":
        said = {200: "success", 400: "failure"}
        assert answer["status"] == said[exchange["status"]], about(exchange, str(answer))
    elif exchange["path"] == "/oauth/user/info":
        validate(USER_INFO if exchange["status"] == 200 else ERROR, answer, exchange)

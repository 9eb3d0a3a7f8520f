"""Sends the cases of the fuzz to the application, judges the answers, and counts."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from schemathesis.core.failures import FailureGroup

from customerbackend.wsgi import application
from tests.customerbackend.fuzz_cases import Twist
from tests.customerbackend.fuzz_judge import CHECKS
from tests.customerbackend.fuzz_world import World

LOOK_EVERY = 20
ANOTHER_CUSTOMER_EVERY = 125
PROGRESS_EVERY = 1000
FORGED = "Bearer eyJhbGciOiJub25lIn0.e30."
COLUMNS = (2, 3, 4, 429, 5)


class Fuzz:
    """A run. `wait` lets so many seconds pass, as a client does that is told to; `say` is told how far it is."""

    def __init__(self, world: World, *, wait: Callable[[int], Any], say: Callable[[str], Any] = str) -> None:
        self.world = world
        self.wait = wait
        self.say = say
        self.kinds: Counter[str] = Counter()
        self.answers: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self.codes: Counter[str] = Counter()
        self.again: Counter[str] = Counter()
        self.failures: dict[tuple[str, ...], str] = {}
        self.failed: Counter[tuple[str, ...]] = Counter()
        self.tags: dict[str, str] = {}
        self.cursors: dict[str, str] = {}

    def run(self, cases: Iterable[tuple[Any, Twist]]) -> None:
        for case, twist in cases:
            if twist.number % ANOTHER_CUSTOMER_EVERY == ANOTHER_CUSTOMER_EVERY - 1:
                self.world.begin_customer()
            elif twist.number % LOOK_EVERY == 0:
                self.world.look()
            if twist.number % PROGRESS_EVERY == PROGRESS_EVERY - 1:
                self.say("; ".join([f"{twist.number + 1:,} sent", *map(" ".join, self.failures)]))
            self.carry_out(case, twist)

    def carry_out(self, case: Any, twist: Twist) -> None:
        """Send a case and judge its answer; an order that was refused for its total is placed with the right one."""
        phase, mode = case.meta.phase.name.value, case.meta.generation.mode.value
        self.kinds[f"{'at a boundary, ' if phase == 'coverage' else ''}{'' if mode == 'positive' else 'in'}valid"] += 1
        self.put_real_values(case, twist)
        response = self.send(case, twist)
        self.answers[case.operation.label][response.status_code] += 1
        code = self.judge(case, response, twist)
        if code == "total_changed":
            self.again["with the right total"] += 1
            case.body = {**case.body, "expected_total": response.json()["total"]}
            self.judge(case, self.send(case, twist), twist)

    def put_real_values(self, case: Any, twist: Twist) -> None:
        dice = Random(str(twist))
        self.world.known["cursor"] = [*filter(None, [self.cursors.get(case.operation.label)])]
        for name in ("path_parameters", "query", "body"):
            setattr(case, name, self.world.made_real(getattr(case, name), "", twist.real, dice))
        if "Idempotency-Key" in case.headers and dice.random() < 0.1:
            case.headers["Idempotency-Key"] = dice.choice(("one", "two", "three"))

    def send(self, case: Any, twist: Twist) -> Any:
        """The answer; asked for again where the session had ended, or after the wait that was asked for."""
        for _attempt in range(3):
            response = case.call(app=application, headers=self.headers_of(case, twist))
            if response.status_code == 401 and twist.caller == "customer" and not self.world.is_signed_in():
                self.judge(case, response, twist)
                self.again["after signing in"] += 1
                self.world.come_back()
            elif response.status_code == 429:
                self.judge(case, response, twist)
                self.again["after waiting"] += 1
                self.wait(int(response.headers["retry-after"][0]))
            else:
                break
        return response

    def headers_of(self, case: Any, twist: Twist) -> dict[str, str]:
        headers = {}
        if twist.caller != "as made":
            case.headers.pop("Authorization", None)
        if twist.caller == "customer":
            headers["Authorization"] = f"Bearer {self.world.token_for(case.operation)}"
        elif twist.caller == "forged":
            headers["Authorization"] = FORGED
        if twist.language:
            headers["Accept-Language"] = twist.language
        if twist.tag:
            headers["If-None-Match"] = self.tags.get(case.operation.label, "*") if twist.tag == "last" else twist.tag
        return headers

    def judge(self, case: Any, response: Any, twist: Twist) -> str:
        """The problem's code, if it is one. What is wrong with the answer is remembered, each kind once."""
        label = case.operation.label
        try:
            case.validate_response(response, checks=CHECKS, transport_kwargs={"app": application})
        except FailureGroup as group:
            for failure in group.exceptions:
                key = (label, failure.title, str(response.status_code))
                self.failed[key] += 1
                self.failures.setdefault(key, f"case {twist.number:,}: {group}")
        if response.status_code >= 400:
            code = response.json()["code"] if response.content.startswith(b"{") else ""
            self.codes[f"{response.status_code} {code}"] += 1
            return code
        self.tags[label] = response.headers.get("etag", ["*"])[0]
        if b'"next_cursor"' in response.content:
            self.cursors[label] = response.json()["next_cursor"] or self.cursors.get(label, "")
        return ""

    def summary(self) -> str:
        """How many cases of which kind there were, and how they were answered, by operation and by problem."""
        lines = [f"{self.kinds.total():,} cases for {len(self.answers)} operations:"]
        lines += [f"{number:8,}  {kind}" for kind, number in sorted(self.kinds.items())]
        lines += [f"{number:8,}  sent again {why}" for why, number in sorted(self.again.items())]
        lines.append("   cases    2xx    3xx    4xx    429    5xx")
        for label, statuses in [*sorted(self.answers.items()), ("all", sum(self.answers.values(), Counter()))]:
            classes: Counter[int] = Counter()
            for status, number in statuses.items():
                classes[429 if status == 429 else status // 100] += number
            lines.append(f"{statuses.total():8,}" + "".join(f"{classes[kind]:7,}" for kind in COLUMNS) + f"  {label}")
        lines += [f"{number:8,}  {problem}" for problem, number in sorted(self.codes.items())]
        idle = [label for label, statuses in self.answers.items() if not any(status < 400 for status in statuses)]
        lines += [f"Never carried out: {', '.join(idle)}"] if idle else []
        return "\n".join(lines)

    def crowded(self) -> list[str]:
        """The operations that mostly answered that it was too often: nothing has been learned about them."""
        return [label for label, statuses in self.answers.items() if statuses[429] > statuses.total() / 2]

    def report(self) -> str:
        """What was wrong, each kind with a request that shows it."""
        return "\n".join(f"{self.failed[key]} times: {', '.join(key)}\n{text}" for key, text in self.failures.items())

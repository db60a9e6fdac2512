"""The suite's prompts."""

from agents.mcp.prompts import OTHERS, Given, Prompt, Written, say
from tests.conformance.tools import IMAGE, elicit, embed, need


def write_simple(given: Given) -> Written:
    return [say("This is a simple prompt for testing.")]


def write_with_arguments(given: Given) -> Written:
    return [say(f"Prompt with arguments: arg1='{given['arg1']}', arg2='{given['arg2']}'")]


def write_with_resource(given: Given) -> Written:
    block = embed(given["resourceUri"], "text/plain", "Embedded resource content for testing.")
    first = {"role": "user", "content": block}
    return [first, say("Please process the embedded resource above.")]


def write_with_image(given: Given) -> Written:
    return [{"role": "user", "content": IMAGE}, say("Please analyze the image above.")]


def write_after_asking(given: Given) -> Written:
    told: dict = need(user_context=elicit("What context should the prompt use?", "context"))
    return [say(f"In the context of {told['user_context']['content']['context']}")]


PROMPTS = [
    Prompt(name="test_simple_prompt", title="Simple", does="Says one thing.", write=write_simple),
    Prompt(
        name="test_prompt_with_arguments",
        title="With arguments",
        does="Says what it is given.",
        arguments={"arg1": "First test argument", "arg2": "Second test argument"},
        write=write_with_arguments,
    ),
    Prompt(
        name="test_prompt_with_embedded_resource",
        title="With a resource",
        does="Holds a resource.",
        arguments={"resourceUri": "URI of the resource to embed"},
        write=write_with_resource,
    ),
    Prompt(
        name="test_prompt_with_image",
        title="Image",
        does="Holds a picture.",
        write=write_with_image,
    ),
    Prompt(
        name="test_input_required_result_prompt",
        title="After asking",
        does="Asks before it speaks.",
        write=write_after_asking,
    ),
]
OTHERS.update({prompt.name: prompt for prompt in PROMPTS})

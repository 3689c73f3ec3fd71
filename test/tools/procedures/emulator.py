"""AWS's emulator moto on 127.0.0.1, with the one call of `cdk deploy` that it lacks. Argument: the port."""
import sys

from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult
from moto.server import main

# Termination protection of a stack.
CloudFormationResponse.update_termination_protection = lambda self: ActionResult({"StackId": "emulated"})
main(["-H", "127.0.0.1", "-p", sys.argv[1]])

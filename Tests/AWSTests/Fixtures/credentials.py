"""What botocore makes of shared config files, of credential_process commands, and of regions for STS.

In: {"profiles": [{"config", "credentials", "profile"}], "commands": [...], "regions": [...]} on stdin. Out: the same keys.
"""
import json
import os
import shlex
import sys
import tempfile

import botocore.exceptions
import botocore.loaders
import botocore.session
from botocore.endpoint_provider import EndpointProvider


def profile(case, folder):
    for name in ("config", "credentials"):
        path = os.path.join(folder, name)
        with open(path, "w", newline="") as file:
            file.write(case[name])
        os.environ["AWS_CONFIG_FILE" if name == "config" else "AWS_SHARED_CREDENTIALS_FILE"] = path
    session = botocore.session.Session(profile=case["profile"])
    try:
        values = session.get_scoped_config()
        answer = {
            "values": {key: value for key, value in values.items() if isinstance(value, str)},
            "nested": {key: value for key, value in values.items() if isinstance(value, dict)},
        }
        found = session.get_credentials()
        if found:
            answer["keys"] = [found.access_key, found.secret_key, found.token or ""]
        return answer
    except botocore.exceptions.BotoCoreError as error:
        return {"error": type(error).__name__}


def words(command):
    try:
        return shlex.split(command)
    except ValueError:
        return None


def endpoints(regions):
    loader = botocore.loaders.create_loader()
    provider = EndpointProvider(
        loader.load_service_model("sts", "endpoint-rule-set-1"), loader.load_data("partitions"))
    return [
        {
            "region": region,
            "fips": fips,
            "dualStack": dual_stack,
            "url": provider.resolve_endpoint(
                Region=region, UseFIPS=fips, UseDualStack=dual_stack, UseGlobalEndpoint=False).url,
        }
        for region in regions
        for fips in (False, True)
        for dual_stack in (False, True)
    ]


os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
asked = json.load(sys.stdin)
with tempfile.TemporaryDirectory() as folder:
    json.dump(
        {
            "profiles": [profile(case, folder) for case in asked.get("profiles", [])],
            "commands": [words(command) for command in asked.get("commands", [])],
            "regions": endpoints(asked.get("regions", [])),
        },
        sys.stdout,
    )

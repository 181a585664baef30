"""The SQS endpoint of every region that botocore knows, and of a few that it does not, by botocore's own rules."""
import json
import sys

import botocore.loaders
from botocore.endpoint_provider import EndpointProvider

loader = botocore.loaders.create_loader()
partitions = loader.load_data("partitions")
provider = EndpointProvider(loader.load_service_model("sqs", "endpoint-rule-set-1"), partitions)
regions = [region for partition in partitions["partitions"] for region in partition["regions"] if "global" not in region]
answers = []
for region in regions + json.load(sys.stdin):
    for fips in (False, True):
        for dual_stack in (False, True):
            answer = provider.resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dual_stack)
            answers.append({"region": region, "fips": fips, "dualStack": dual_stack, "url": answer.url})
json.dump(answers, sys.stdout)

<?php

// Prints, as one JSON object, the payloads that Laravel itself makes of the jobs that the tests send.

use App\Jobs\EncryptedTrial;
use App\Jobs\Trial;
use App\Jobs\TrialWithBackoff;
use App\Jobs\TrialWithOneTry;

require __DIR__.'/bootstrap/autoload.php';

$app = require __DIR__.'/bootstrap/app.php';
$app->make(Illuminate\Contracts\Console\Kernel::class)->bootstrap();

/** What the command cannot find: only this program has it. */
class NobodyKnowsIt extends Trial
{
}

// Every queue of Laravel makes its payloads by this method of their base.
$queue = new class extends Illuminate\Queue\NullQueue
{
    public function payload($job)
    {
        return $this->createPayload($job, 'jobs');
    }
};
$queue->setContainer($app);
$queue->setConnectionName('sqs');

$ways = [
    'succeeds', 'deletesItself', 'writesMuch', 'leavesAChild', 'forks', 'isReleasedOnce', 'isReleasedWithoutDelay',
    'throws', 'takesAWrongType', 'hasWrongSyntax', 'callsFail', 'exitsWith3', 'exitsWith0', 'dies', 'takesAllMemory',
    'isKilled', 'isTerminated', 'crashes',
];
$jobs = array_combine($ways, array_map(function ($way) {
    return new Trial($way);
}, $ways));
$jobs['isEncrypted'] = new EncryptedTrial('succeeds', 'it was encrypted');
$jobs['isAClosure'] = function () {
    echo "done by a closure\n";
};
$jobs['isAChain'] = (new Trial('succeeds', 'first'))->chain([new Trial('succeeds', 'second')]);
$jobs['throwsWithBackoff'] = new TrialWithBackoff('throws');
$jobs['throwsAtItsOnlyTry'] = new TrialWithOneTry('throws');
$jobs['hasNoClass'] = new NobodyKnowsIt('succeeds');
$jobs['isOld'] = 'App\Jobs\OldTrial@deletes';
$jobs['isOldAndForgetful'] = 'App\Jobs\OldTrial@forgetsToDelete';
$jobs['isOldWithoutClass'] = 'App\Jobs\Nobody@fire';

$payloads = array_map([$queue, 'payload'], $jobs);
$payloads['isEmptyJSON'] = '{}';
$payloads['isNotJSON'] = 'elasticbeanstalk scheduled job';
$payloads['isJSONOfOthers'] = '{"job":"hello"}';
echo json_encode($payloads, JSON_UNESCAPED_UNICODE), "\n";

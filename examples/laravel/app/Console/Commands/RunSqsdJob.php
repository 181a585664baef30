<?php

namespace App\Console\Commands;

use Illuminate\Console\Command;
use Illuminate\Contracts\Queue\Job as JobContract;
use Illuminate\Queue\Jobs\Job;
use Illuminate\Queue\WorkerOptions;

/**
 * Runs the one queued job that stands on standard input. The exit code decides what becomes of its message:
 *
 *   0   the job is done: the message is deleted
 *   1   it threw, called fail(), or came back without being done
 *   65  the message is not a payload of Laravel's queue
 *   70  the job ended the whole process: exit(), die(), a fatal error
 *   75  it was released, by itself or by a middleware
 *
 * After any but 0 the message stays in the queue. It comes back after the delay of release() or $backoff, which is
 * handed on in a file, else after the visibility timeout; SQS counts, and moves it to the dead-letter queue in the end.
 */
class RunSqsdJob extends Command
{
    protected $signature = 'sqsd:job';

    protected $description = 'Run the queued job that is given on standard input';

    private $isRunning = false;

    public function handle()
    {
        $body = stream_get_contents(STDIN);
        $payload = json_decode($body, true);
        if (! is_string($payload['job'] ?? null) || ! array_key_exists('data', $payload)) {
            fwrite(STDERR, "This message is not a payload of Laravel's queue: it has no job and data.\n");

            return 65;
        }

        $options = new WorkerOptions;
        $options->maxTries = 0; // SQS counts. A job's own $tries has its meaning still: at that receive failed() is called.
        $options->backoff = -1; // With this the worker releases a job that threw and has no $backoff of its own.

        $job = $this->job($body);
        $this->failOnExit();
        $this->isRunning = true;
        try {
            $this->laravel['queue.worker']->process('sqs', $job, $options);
        } finally {
            $this->isRunning = false;
        }

        if ($job->hasFailed()) {
            report($job->failure ?? new \RuntimeException('The job called fail().'));

            return 1;
        }

        if ($job->isReleased()) {
            return 75;
        }
        if ($job->isDeleted()) {
            return 0;
        }
        fwrite(STDERR, "The job came back without an error, but did not say that it is done: delete() was not called.\n");

        return 1;
    }

    /** After exit() and die() PHP runs no finally, and ends with 0. */
    private function failOnExit()
    {
        $process = getmypid(); // A child that the job forks may exit as it likes.
        register_shutdown_function(function () use ($process) {
            if ($this->isRunning && getmypid() === $process) {
                // Once more, to come after those of the application, which exit() would cut off.
                register_shutdown_function(function () {
                    fwrite(STDERR, "The process ended before the job did: exit(), die() or a fatal error.\n");
                    exit(70);
                });
            }
        });
    }

    private function job($body)
    {
        return new class($this->laravel, $body) extends Job implements JobContract
        {
            public $failure;

            private $body;

            public function __construct($container, $body)
            {
                $this->container = $container;
                $this->connectionName = 'sqs';
                $this->queue = getenv('SQSD_QUEUE') ?: 'default';
                $this->body = $body;
            }

            public function getJobId()
            {
                return getenv('SQSD_MSGID') ?: '';
            }

            public function getRawBody()
            {
                return $this->body;
            }

            public function attempts()
            {
                return (int) (getenv('SQSD_RECEIVE_COUNT') ?: 1);
            }

            public function fail($e = null)
            {
                $this->failure = $e;
                parent::fail($e);
            }

            public function release($delay = 0)
            {
                parent::release($delay);
                $seconds = $this->secondsUntil($delay);
                $file = getenv('SQSD_RETRY_AFTER_FILE');
                if ($file && $seconds >= 0) {
                    file_put_contents($file, min($seconds, 43200)."\n"); // SQS hides no message longer than 12 hours.
                }
            }
        };
    }
}

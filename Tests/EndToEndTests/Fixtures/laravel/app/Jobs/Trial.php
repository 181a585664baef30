<?php

namespace App\Jobs;

use Illuminate\Bus\Queueable;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Foundation\Bus\Dispatchable;
use Illuminate\Queue\InteractsWithQueue;

/** A job that ends in the way that it is named for. */
class Trial implements ShouldQueue
{
    use Dispatchable, InteractsWithQueue, Queueable;

    public $way;

    private $text;

    public function __construct($way, $text = 'é € 😀 "\\')
    {
        $this->way = $way;
        $this->text = $text;
    }

    public function handle()
    {
        $this->{$this->way}();
    }

    public function failed()
    {
        echo "failed() of {$this->way} was called\n";
    }

    private function succeeds()
    {
        echo "done: {$this->text}\n";
    }

    private function deletesItself()
    {
        $this->delete();
    }

    private function writesMuch()
    {
        for ($line = 0; $line < 2000; $line++) {
            fwrite(STDOUT, str_repeat('o', 99)."\n");
            fwrite(STDERR, str_repeat('e', 99)."\n");
        }
    }

    private function leavesAChild()
    {
        // Its standard output is the job's standard error, for a minute.
        exec('sleep 60 >&2 & echo $!', $lines);
        file_put_contents(storage_path('child'), $lines[0]);
    }

    private function isReleasedOnce()
    {
        if ($this->attempts() < 2) {
            $this->release(2);
        }
    }

    private function isReleasedWithoutDelay()
    {
        $this->release();
    }

    private function throws()
    {
        throw new \RuntimeException('thrown by the job');
    }

    private function takesAWrongType()
    {
        strlen([]);
    }

    private function hasWrongSyntax()
    {
        eval('this is not PHP');
    }

    private function callsFail()
    {
        $this->fail(new \RuntimeException('given to fail()'));
    }

    private function exitsWith3()
    {
        exit(3);
    }

    private function exitsWith0()
    {
        exit(0);
    }

    private function dies()
    {
        // A shutdown function of the application comes to its turn, too.
        register_shutdown_function(function () {
            echo "a later shutdown function\n";
        });
        die('so died the job');
    }

    private function takesAllMemory()
    {
        ini_set('memory_limit', '48M');
        for ($all = []; ; ) {
            $all[] = str_repeat('m', 1 << 20);
        }
    }

    private function isKilled()
    {
        posix_kill(getmypid(), SIGKILL);
    }

    private function isTerminated()
    {
        posix_kill(getmypid(), SIGTERM);
        sleep(60);
    }

    private function crashes()
    {
        posix_kill(getmypid(), SIGSEGV);
        sleep(60);
    }

    private function forks()
    {
        $child = pcntl_fork();
        if ($child === 0) {
            exit(0);
        }
        pcntl_waitpid($child, $status);
        if (pcntl_wexitstatus($status) !== 0) {
            throw new \RuntimeException('the child did not exit with 0');
        }
    }
}

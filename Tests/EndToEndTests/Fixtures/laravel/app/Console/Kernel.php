<?php

namespace App\Console;

use Illuminate\Console\Scheduling\Schedule;
use Illuminate\Foundation\Console\Kernel as ConsoleKernel;

class Kernel extends ConsoleKernel
{
    protected function schedule(Schedule $schedule)
    {
        $schedule->call(function () {
            file_put_contents(storage_path('schedule'), getenv('SQSD_TASKNAME')."\n", FILE_APPEND);
        })->everyMinute();
        $schedule->exec('exit 7')->everyMinute();
        $schedule->call(function () {
            throw new \RuntimeException('a task that throws');
        })->everyMinute();
    }

    protected function commands()
    {
        $this->load(__DIR__.'/Commands');
    }
}

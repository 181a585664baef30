<?php

namespace App\Jobs;

/** A job in the form without a class of its own in the payload: "App\Jobs\OldTrial@method". */
class OldTrial
{
    public function deletes($job, $data)
    {
        $job->delete();
    }

    public function forgetsToDelete($job, $data)
    {
    }
}
